/** What a paired comparison can find: the smallest difference that so many problems show, and how sure they are. */

/** The 97.5 % and the 80 % points of the normal distribution: two-sided 5 % level, 80 % power. */
const Z_LEVEL = 1.959963984540054;
const Z_POWER = 0.8416212335729143;

/**
 * The smallest true difference of two paired proportions that McNemar's test at the two-sided 5 % level finds four
 * times out of five: the difference d that solves n d² = (z_level √q + z_power √(q - d²))² (R. J. Connor, Biometrics
 * 43 (1987) 207-211), solved for d.
 *
 * @param problems asked of both
 * @param discordant share of them that exactly one side is expected to solve, 0..1
 * @returns a share 0..1, or null where no difference can be found: one larger than `discordant` cannot occur
 */
export function detectableDifference(problems: number, discordant: number): number | null {
  const [level, power] = [Z_LEVEL ** 2, Z_POWER ** 2];
  if (problems + power - level <= 0) return null;
  const difference =
    (Math.sqrt(discordant) *
      (Math.sqrt(problems) * Z_LEVEL + Z_POWER * Math.sqrt(problems + power - level))) /
    (problems + power);
  return difference <= discordant ? difference : null;
}
