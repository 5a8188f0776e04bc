/**
 * The entry of every Worker in the source tree.
 *
 * @module
 */

import { serveOwnRole } from "./worker_roles.ts";

serveOwnRole();
