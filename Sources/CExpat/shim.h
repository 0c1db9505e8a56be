#pragma once
#include <expat.h>

/* XML_GetUserData is a macro, which Swift does not see. */
static inline void *ritz_xml_user_data(XML_Parser parser) { return XML_GetUserData(parser); }
