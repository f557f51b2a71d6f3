/* SPDX-License-Identifier: MIT */
/* A copy of its own of another library's header, as large libraries like to bring them. */
#ifndef GDAL_SHAPEFIL_H
#define GDAL_SHAPEFIL_H

int shp_record_size(int points);

#endif
