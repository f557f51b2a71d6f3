// SPDX-License-Identifier: MIT
// Style sheets are imported for the bundler only, which merges them into the page's style sheet.
declare module "*.css";
