// SPDX-License-Identifier: MIT
// Style sheets are imported for the bundler, which puts them into the page's own; the script gets nothing of them.
declare module "*.css";
