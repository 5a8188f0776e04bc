/** In the place of packages that pages have no use for. */

export {};
