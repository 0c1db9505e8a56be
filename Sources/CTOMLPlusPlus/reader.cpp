#include "CTOMLPlusPlus.h"

#include <algorithm>
#include <cstring>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {
struct BrokenAssumption final {};
}  // namespace

// A failed assumption of the parser becomes an error of the text, not the end of the process.
#define TOML_ASSERT(expression) ((expression) ? void(0) : throw BrokenAssumption{})
#define TOML_ASSERT_ASSUME(expression) TOML_ASSERT(expression)
#define TOML_ENABLE_FORMATTERS 0
#define TOML_MAX_NESTED_VALUES 128
#include <toml++/toml.h>

#if TOML_EXCEPTIONS
#error "toml++ must be built without exceptions of its own: define TOML_EXCEPTIONS=0"
#endif

struct ctoml_document {
  toml::table root;
  std::vector<ctoml_event> events;
};

namespace {

ctoml_position position(const toml::source_position &p) {
  return {static_cast<uint32_t>(p.line), static_cast<uint32_t>(p.column)};
}

void report(ctoml_problem *problem, ctoml_position where, std::string_view message) {
  problem->position = where;
  size_t length = std::min(message.size(), sizeof problem->message - 1);
  // Never cut a code point in two.
  while (length < message.size() && length > 0 && (message[length] & 0xC0) == 0x80) --length;
  std::memcpy(problem->message, message.data(), length);
  problem->message[length] = 0;
}

// Walks once over the text before the parser does, tracking strings and comments, and refuses
// what would make the recursive parser, or the destructor of its tree, run out of stack:
// deep brackets and keys of very many parts. NUL bytes are refused here too, with their place.
class Scan {
 public:
  Scan(std::string_view text, ctoml_problem *problem) : text(text), problem(problem) {}

  bool passes() {
    if (text.substr(0, 3) == "\xEF\xBB\xBF") at = 3;  // the mark of UTF-8 editors
    while (at < text.size()) {
      const char c = text[at];
      switch (c) {
        case '\0': return refuse("a NUL byte cannot stand in a TOML file");
        case '#':
          while (at < text.size() && text[at] != '\n' && text[at] != '\0') advance();
          continue;
        case '"':
        case '\'':
          if (!skipString(c)) return false;
          continue;
        case '[':
        case '{':
          dots = 0;
          if (++depth > ctoml_deepest_nesting) return refuse("values are nested too deeply");
          break;
        case ']':
        case '}':
          dots = 0;
          if (depth > 0) --depth;
          break;
        case '.':
          if (++dots > ctoml_most_dots) return refuse("a key has too many dotted parts");
          break;
        case ',':
        case '=':
        case '\n': dots = 0; break;
        default:
          // TOML has none outside strings and comments, and the parser's tables of Unicode blanks
          // (toml++ 3.3.0) run into undefined behaviour on them, so they never reach it.
          if ((c & 0x80) != 0) {
            return refuse("a character beyond ASCII can stand only in quotes and comments");
          }
          break;
      }
      advance();
    }
    return true;
  }

 private:
  std::string_view text;
  ctoml_problem *problem;
  size_t at = 0;
  uint32_t line = 1, column = 1;
  int depth = 0, dots = 0;

  bool refuse(const char *message) {
    report(problem, {line, column}, message);
    return false;
  }

  void advance() {
    const char c = text[at++];
    if (c == '\n') {
      ++line;
      column = 1;
    } else if (at >= text.size() || (text[at] & 0xC0) != 0x80) {
      ++column;
    }
  }

  bool skipString(char quote) {
    const bool multiline = text.size() - at >= 3 && text[at + 1] == quote && text[at + 2] == quote;
    for (int i = 0; i < (multiline ? 3 : 1); ++i) advance();
    while (at < text.size()) {
      const char c = text[at];
      if (c == '\0') return refuse("a NUL byte cannot stand in a TOML file");
      if (c == '\\' && quote == '"' && at + 1 < text.size() && text[at + 1] != '\0') {
        advance();
      } else if (c == '\n' && !multiline) {
        return true;  // unfinished: the parser will say so
      } else if (c == quote) {
        if (!multiline) {
          advance();
          return true;
        }
        if (text.size() - at >= 3 && text[at + 1] == quote && text[at + 2] == quote) {
          for (int i = 0; i < 3; ++i) advance();
          // Up to two quotes may stand right before the closing three.
          for (int i = 0; i < 2 && at < text.size() && text[at] == quote; ++i) advance();
          return true;
        }
      }
      advance();
    }
    return true;
  }
};

class Walk {
 public:
  explicit Walk(std::vector<ctoml_event> &events) : events(events) {}

  void visit(const toml::node &node, const toml::key *key) {
    ctoml_event event{};
    if (key) {
      event.key = key->str().data();
      event.key_length = key->str().size();
      event.key_begin = position(key->source().begin);
      event.key_end = position(key->source().end);
    }
    event.begin = position(node.source().begin);
    event.end = position(node.source().end);
    switch (node.type()) {
      case toml::node_type::table:
        event.kind = ctoml_begin_table;
        events.push_back(event);
        for (auto &&[name, member] : *node.as_table()) visit(member, &name);
        event = {};
        event.kind = ctoml_end;
        break;
      case toml::node_type::array:
        event.kind = ctoml_begin_array;
        events.push_back(event);
        for (auto &&member : *node.as_array()) visit(member, nullptr);
        event = {};
        event.kind = ctoml_end;
        break;
      case toml::node_type::string: {
        const std::string &text = node.as_string()->get();
        event.kind = ctoml_string;
        event.text = text.data();
        event.text_length = text.size();
        break;
      }
      case toml::node_type::integer:
        event.kind = ctoml_integer;
        event.integer = node.as_integer()->get();
        break;
      case toml::node_type::floating_point:
        event.kind = ctoml_number;
        event.number = node.as_floating_point()->get();
        break;
      case toml::node_type::boolean:
        event.kind = ctoml_boolean;
        event.boolean = node.as_boolean()->get();
        break;
      default: event.kind = ctoml_date; break;
    }
    events.push_back(event);
  }

 private:
  std::vector<ctoml_event> &events;
};

bool breaks(std::string_view text) {
  try {
    (void)toml::parse(text);
    return false;
  } catch (const BrokenAssumption &) {
    return true;
  }
}

// The parser asserts things that malformed text makes false ("[.a]", "[ = "), and an assertion
// tells no place. It reads forwards, so the first line with which the text breaks is the line.
uint32_t brokenLine(std::string_view text) {
  std::vector<size_t> ends;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') ends.push_back(i + 1);
  }
  ends.push_back(text.size());
  size_t low = 0, high = ends.size() - 1;
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (breaks(text.substr(0, ends[middle]))) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return static_cast<uint32_t>(low + 1);
}

}  // namespace

extern "C" ctoml_document *ctoml_parse(const char *text, size_t length, ctoml_problem *problem) {
  const std::string_view view = text ? std::string_view{text, length} : std::string_view{};
  try {
    if (!Scan(view, problem).passes()) return nullptr;
    toml::parse_result result = toml::parse(view);
    if (!result) {
      const toml::parse_error &error = result.error();
      report(problem, position(error.source().begin), error.description());
      return nullptr;
    }
    auto document = std::make_unique<ctoml_document>();
    document->root = std::move(result).table();
    Walk(document->events).visit(document->root, nullptr);
    return document.release();
  } catch (const BrokenAssumption &) {
    try {
      report(problem, {brokenLine(view), 1}, "this line is not legal TOML");
    } catch (...) {
      report(problem, {1, 1}, "the text is not legal TOML");
    }
  } catch (const std::exception &failure) {
    report(problem, {1, 1}, failure.what());
  } catch (...) {
    report(problem, {1, 1}, "the TOML parser failed");
  }
  return nullptr;
}

extern "C" size_t ctoml_event_count(const ctoml_document *document) {
  return document->events.size();
}

extern "C" ctoml_event ctoml_event_at(const ctoml_document *document, size_t index) {
  return index < document->events.size() ? document->events[index] : ctoml_event{};
}

extern "C" void ctoml_free(ctoml_document *document) { delete document; }
