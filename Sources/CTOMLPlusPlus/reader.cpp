#include "CTOMLPlusPlus.h"
