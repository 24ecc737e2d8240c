#pragma once
// jpeglib.h speaks of FILE without saying where it is from.
#include <stdio.h>
#include <jpeglib.h>
