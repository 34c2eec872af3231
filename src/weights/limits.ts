/** The caps that every weight file is held to, each with its reason. */

/**
 * Bytes of a header. flan-t5's GGUF header, which holds its whole tokenizer, is about 1 MB and those of the largest
 * published multilingual vocabularies stay below 20 MB; a header is parsed in memory, so it must not be unbounded.
 */
export const MAXIMUM_HEADER_BYTES = 25_000_000;

/** Tensors in a file. flan-t5-xxl has 558; each entry costs memory before its data has been seen. */
export const MAXIMUM_TENSORS = 100_000;

/** Key-value pairs in a file's metadata. Real files hold a few dozen. */
export const MAXIMUM_METADATA_ENTRIES = 100_000;

/**
 * Strings, nested arrays and booleans inside the metadata arrays of one file: in memory each is many times its size
 * in the file. The largest vocabularies have about 260,000 pieces.
 */
export const MAXIMUM_METADATA_OBJECTS = 1_000_000;

/** UTF-8 bytes of a tensor's name. The longest T5 name has 69; optimizer state adds a prefix. */
export const MAXIMUM_NAME_BYTES = 256;

/** UTF-8 bytes of a metadata key: the cap that the GGUF specification sets. */
export const MAXIMUM_KEY_BYTES = 65_535;

/** UTF-8 bytes of a metadata string. Chat templates and training logs are below 1 MB. */
export const MAXIMUM_STRING_BYTES = 8_388_608;

/** Dimensions of a safetensors tensor. No layer of any common model needs more than 5. */
export const MAXIMUM_DIMENSIONS = 8;

/** Dimensions of a GGUF tensor: ggml's own GGML_MAX_DIMS. */
export const MAXIMUM_GGUF_DIMENSIONS = 4;

/** UTF-8 bytes of a tensor name that this project writes to GGUF: ggml's GGML_MAX_NAME less the closing zero. */
export const MAXIMUM_WRITTEN_GGUF_NAME_BYTES = 63;

/** Elements of a tensor: 4 GiB as 32-bit floats. flan-t5-xxl's largest tensor has 0.13 thousand million. */
export const MAXIMUM_ELEMENTS = 2 ** 30;

/** Arrays within arrays in GGUF metadata. Real files do not nest them at all; parsing recurses once a level. */
export const MAXIMUM_ARRAY_DEPTH = 4;

/** Levels of a safetensors header: the object, a tensor's object, its shape. Parsing recurses once a level. */
export const MAXIMUM_JSON_DEPTH = 3;

/** Values in a safetensors header, at about nine a tensor: in memory each is many times its size in the file. */
export const MAXIMUM_JSON_VALUES = 2_000_000;

/** Bytes that tensor data may be aligned to in GGUF. The default is 32; memory pages have 4,096 or 65,536. */
export const MAXIMUM_GGUF_ALIGNMENT = 65_536;

/** Bytes fetched at a time while a header of unknown length is read. */
export const HEADER_CHUNK_BYTES = 65_536;
