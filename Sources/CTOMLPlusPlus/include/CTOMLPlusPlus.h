#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// A fence around toml++: a text goes in, a flat list of events with positions comes out.
// No exception, no recursion deeper than the limits below, no C++ type crosses this header.

/// What an event says.
typedef enum ctoml_kind {
  ctoml_begin_table = 0,
  ctoml_begin_array = 1,
  ctoml_end = 2,
  ctoml_string = 3,
  ctoml_integer = 4,
  ctoml_number = 5,
  ctoml_boolean = 6,
  ctoml_date = 7,
} ctoml_kind;

/// A place in the text: line and column from 1, columns counted in code points.
typedef struct ctoml_position {
  uint32_t line;
  uint32_t column;
} ctoml_position;

/// One value, or the begin or end of a container. Texts are UTF-8 without a terminator and live
/// as long as the document.
typedef struct ctoml_event {
  int32_t kind;
  const char *key;  // null for the root, the members of an array and the end of a container
  size_t key_length;
  ctoml_position key_begin, key_end;  // the end is one column past the last character
  ctoml_position begin, end;
  const char *text;  // of a string
  size_t text_length;
  int64_t integer;
  double number;
  bool boolean;
} ctoml_event;

/// Why a text is not TOML, and where.
typedef struct ctoml_problem {
  ctoml_position position;
  char message[256];  // UTF-8, terminated
} ctoml_problem;

/// How deep containers may be nested, and how many dots one key may have.
enum { ctoml_deepest_nesting = 64, ctoml_most_dots = 16 };

typedef struct ctoml_document ctoml_document;

/// Parses `length` bytes of `text`; on failure returns null and fills `problem`.
ctoml_document *ctoml_parse(const char *text, size_t length, ctoml_problem *problem);

/// The events in the order of the tree (keys of a table sorted by name, not by line).
size_t ctoml_event_count(const ctoml_document *document);
ctoml_event ctoml_event_at(const ctoml_document *document, size_t index);

void ctoml_free(ctoml_document *document);

#ifdef __cplusplus
}
#endif
