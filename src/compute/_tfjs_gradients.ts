/**
 * The gradients of tfjs's operations, which its core lacks.
 *
 * They come with the umbrella package. Its build for Node.js requires `long` without declaring it, and is
 * then given the newest version of the lock file, wherefore that is imported here.
 *
 * @module
 */

import "long";
import "@tensorflow/tfjs";
