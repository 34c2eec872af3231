/** What each preset would take on this computer, worked out one after the other once somebody looks at them. */

import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { StudyEstimate } from '../study/estimate';
import { presetConfiguration, PRESET_NAMES, type PresetName } from '../study/presets';
import type { StudyService } from './study-service';

export class PresetEstimates implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #service: () => StudyService;
  readonly #found = new Map<PresetName, StudyEstimate>();
  /** The device that they are for, and whether they are being worked out. */
  #backend: string | null = null;
  #isWorking = false;
  #isAsked = false;

  constructor(host: ReactiveControllerHost, service: () => StudyService) {
    this.#host = host;
    this.#service = service;
    host.addController(this);
  }

  hostUpdated(): void {
    // Somebody may have looked before there was a device, or before there was another one.
    if (this.#isAsked) void this.look();
  }

  /** Undefined while nothing is known of it. */
  of(preset: PresetName): StudyEstimate | undefined {
    return this.#backend === this.#service().device?.backend ? this.#found.get(preset) : undefined;
  }

  get isWorking(): boolean {
    return this.#isWorking;
  }

  /** Presets whose models come from a hub and whose time is not known: measuring them may take a while. */
  get unmeasured(): readonly PresetName[] {
    return PRESET_NAMES.filter((preset) => isLarge(preset) && !this.of(preset)?.times);
  }

  /** Works out what all take, with the time of those that are measured in a moment. */
  async look(): Promise<void> {
    this.#isAsked = true;
    const { device } = this.#service();
    if (device === null || this.#isWorking || this.#backend === device.backend) return;
    this.#backend = device.backend;
    this.#found.clear();
    await this.#work(PRESET_NAMES, () => false);
    await this.#work(PRESET_NAMES, (preset) => !isLarge(preset));
  }

  /** Measures the time of the large ones too. */
  async measure(): Promise<void> {
    if (!this.#isWorking) await this.#work(this.unmeasured, () => true);
  }

  async #work(
    presets: readonly PresetName[],
    measures: (preset: PresetName) => boolean,
  ): Promise<void> {
    this.#isWorking = true;
    try {
      for (const preset of presets) {
        const known = this.#found.get(preset);
        const isMeasured = measures(preset) && !this.#service().isRunning;
        if (known !== undefined && (!isMeasured || known.times !== null)) continue;
        const configuration = presetConfiguration(preset);
        const wanted = { measures: isMeasured, looks: false };
        this.#found.set(preset, await this.#service().estimate(configuration, wanted));
        this.#host.requestUpdate();
      }
    } catch {
      // The estimate of the study that is chosen says what went wrong; here a preset stays without figures.
    } finally {
      this.#isWorking = false;
      this.#host.requestUpdate();
    }
  }
}

function isLarge(preset: PresetName): boolean {
  const { teacher, student } = presetConfiguration(preset).models;
  return teacher.source !== 'pocket' || student.source !== 'pocket';
}
