/** Formats that are recognised only to be refused by name, with the way out. */

/** A recognised format that is not supported. */
export interface ForeignFormat {
  /** Name, for messages. */
  readonly title: string;
  /** The way out. */
  readonly hint: string;
  /** Whether it is of images, which count in a folder. */
  readonly image: boolean;
}

const UNPACK = "unpack it and give the folder";
const RAW = "develop it with dcraw or rawtherapee to 16-bit TIFF";
const VIDEO = "save its frames as images, such as with ffmpeg";

/** Name, offset, first bytes as text, way out. */
const FORMATS: readonly (readonly [string, number, string, string])[] = [
  [
    "DICOM",
    128,
    "DICM",
    "save its pixels with pydicom as .npy, or with dcmtk's dcm2img as 16-bit PNG",
  ],
  ["NIfTI", 344, "n+1\0", "save its slices with nibabel as .npy"],
  ["JPEG 2000", 4, "jP  ", "convert it with opj_decompress to PNG or TIFF"],
  ["JPEG 2000", 0, "\xff\x4f\xff\x51", "convert it with opj_decompress to PNG or TIFF"],
  ["OpenEXR", 0, "v/1\x01", "save it as float TIFF or .npy"],
  ["Radiance HDR", 0, "#?RADIANCE", "save it as float TIFF or .npy"],
  ["Photoshop", 0, "8BPS", "save it as PNG or TIFF"],
  ["GIMP", 0, "gimp xcf", "export it as PNG or TIFF"],
  ["QOI", 0, "qoif", "convert it to PNG"],
  ["DDS", 0, "DDS ", "convert it to PNG"],
  ["ICO", 0, "\0\0\x01\0", "convert it to PNG"],
  ["PDF", 0, "%PDF", "save its pages as images, such as with pdftoppm"],
  ["SVG", 0, "<svg", "draw it as PNG, such as with rsvg-convert"],
  ["HTML", 0, "<!DO", "it may be the error page of a download"],
  ["HTML", 0, "<html", "it may be the error page of a download"],
  ["Git LFS pointer", 0, "version https://git-lfs", "fetch the file itself: git lfs pull"],
  ["camera raw (Fujifilm)", 0, "FUJIFILMCCD-RAW", RAW],
  ["camera raw (Olympus)", 0, "IIRO", RAW],
  ["camera raw (Panasonic)", 0, "IIU\0", RAW],
  ["camera raw (Canon)", 4, "ftypcrx", RAW],
  ["video", 4, "ftyp", VIDEO],
  ["video", 0, "\x1a\x45\xdf\xa3", VIDEO],
  ["video", 8, "AVI ", VIDEO],
  ["MATLAB", 0, "MATLAB 5.0", "save the array as .npy, such as with scipy.io.loadmat"],
  ["pickle", 0, "\x80\x04\x95", "save the array as .npy with numpy.save"],
  ["Parquet", 0, "PAR1", "save its images as files, or its numbers as CSV"],
  ["ASDF", 0, "#ASDF", "save the array as FITS or .npy"],
  ["tar", 257, "ustar", UNPACK],
  ["7-Zip", 0, "7z\xbc\xaf", UNPACK],
  ["RAR", 0, "Rar!", UNPACK],
  ["xz", 0, "\xfd7zXZ", "unpack it with xz -d"],
  ["bzip2", 0, "BZh", "unpack it with bunzip2"],
  ["Zstandard", 0, "\x28\xb5\x2f\xfd", "unpack it with zstd -d"],
];

/** Formats above that are not of images. */
const NO_IMAGES: ReadonlySet<string> = new Set([
  ...["PDF", "SVG", "HTML", "Git LFS pointer", "video", "MATLAB", "pickle", "Parquet", "ASDF"],
  ...["tar", "7-Zip", "RAR", "xz", "bzip2", "Zstandard"],
]);

/** Ends of the names of images whose first bytes do not tell enough. */
const IMAGE_NAMES =
  /\.(jp2|j2k|jpx|jpf|cr2|cr3|nef|arw|dng|raf|orf|rw2|pef|srw|dcm|dicom|exr|tga|psd|xcf|ico|qoi)$/i;

/** Number of bytes that {@linkcode findForeign} looks at. */
export const FOREIGN_BYTES = 348;

/** Recognises a format that is not supported; undefined if it is not known at all. */
export function findForeign(bytes: Uint8Array): ForeignFormat | undefined {
  for (const [title, at, text, hint] of FORMATS) {
    const found = bytes.length >= at + text.length &&
      [...text].every((letter, i) => bytes[at + i] === letter.charCodeAt(0));
    if (found) return { title, hint, image: !NO_IMAGES.has(title) };
  }
  return undefined;
}

/**
 * Whether a file is an image of a format that is not supported, by content or name.
 *
 * @param bytes The file, or its first bytes.
 * @param name Its name.
 */
export function isForeignImage(bytes: Uint8Array, name: string): boolean {
  return findForeign(bytes)?.image ?? IMAGE_NAMES.test(name);
}
