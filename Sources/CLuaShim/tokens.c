/// What the loader refuses: a pass over a text's tokens, before Lua compiles it.
///
/// - More than 200 index steps in a row (`a.x.x[1].x…`), across line breaks, comments, parentheses and the index itself
///   (`a[b.x[c.x]]`). Before 5.4.7 an error message seeks the name of the last one by recursion.
/// - An index that is a comparison (`t[a < b]`), parentheses and `not` stripped. Before 5.4.8 the code made for it reads
///   a register that nobody set, if `t` is an upvalue. With `and` or `or` around it, it is right.
///
/// The pass reads tokens as Lua does. Where a text is not Lua's it stops: Lua will say so, and nothing of it runs.
#include "internal.h"
#include <string.h>

#define STEPS_IN_A_ROW 200
/// Lua nests at most 200 levels; each of ours is one of Lua's at least.
#define NESTED_LEVELS 256

enum {
    T_END,       // of the text, or of what Lua reads of it
    T_OTHER,     // an operator, a separator, a number, a word that has no meaning here
    T_NAME,
    T_STRING,
    T_DOT,
    T_OPEN,      // ( [ {, and words that begin a block
    T_CLOSE,
    T_COMPARISON,
    T_LOGICAL,
    T_NOT,
};

/// What opened a level.
enum { BLOCK, GROUP, INDEX, BRACES };

typedef struct level {
    unsigned char kind;
    unsigned char only_nots;     // nothing but `not` came yet
    unsigned char only_group;    // nothing but `not` and one group in parentheses came
    unsigned char group_compares;
    unsigned char compares;      // a comparison stands here, not inside a deeper level
    unsigned char connects;      // `and` or `or` does
    unsigned char is_call;       // its result has nothing to do with the steps inside
    int base;                    // steps of what the level is a part of
    int steps;                   // index steps in a row up to here
} level;

typedef struct scanner {
    const unsigned char *at, *end;
    int line;
    int kind;                    // of an opening or closing token
    level levels[NESTED_LEVELS];
} scanner;

static int is_newline(int c) { return c == '\n' || c == '\r'; }
static int is_digit(int c) { return c >= '0' && c <= '9'; }
static int is_hex(int c) { return is_digit(c) || ((c | 32) >= 'a' && (c | 32) <= 'f'); }
/// Bytes above 127 too: some builds of Lua take them for letters.
static int is_letter(int c) { return ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_' || c >= 128; }
static int peek(const scanner *s, ptrdiff_t ahead) { return s->end - s->at > ahead ? s->at[ahead] : -1; }

/// Steps over one line break of one or two bytes.
static void newline(scanner *s) {
    int first = *s->at++;
    if (is_newline(peek(s, 0)) && *s->at != first) s->at++;
    s->line++;
}

/// At `[`: the level of a long bracket that opens here, or -1.
static ptrdiff_t long_bracket(const scanner *s) {
    ptrdiff_t count = 1;
    while (peek(s, count) == '=') count++;
    return peek(s, count) == '[' ? count - 1 : -1;
}

/// Steps over a long string or comment. 0: it has no end.
static int skip_long(scanner *s, ptrdiff_t level) {
    s->at += level + 2;
    while (s->at < s->end) {
        if (*s->at == ']') {
            ptrdiff_t count = 1;
            while (peek(s, count) == '=') count++;
            if (count - 1 == level && peek(s, count) == ']') {
                s->at += count + 1;
                return 1;
            }
            s->at += count;  // a bracket after the signs may begin the end
        } else if (is_newline(*s->at)) {
            newline(s);
        } else {
            s->at++;
        }
    }
    return 0;
}

static void skip_space(scanner *s) {
    for (;;) {
        int c = peek(s, 0);
        if (is_newline(c))
            newline(s);
        else if (c == ' ' || c == '\t' || c == '\v' || c == '\f')
            s->at++;
        else
            return;
    }
}

/// Steps over a quoted string. 0: it has no end.
static int skip_string(scanner *s) {
    int quote = *s->at++;
    while (s->at < s->end) {
        int c = *s->at;
        if (is_newline(c)) return 0;
        s->at++;
        if (c == quote) return 1;
        if (c != '\\') continue;
        int escaped = peek(s, 0);
        if (is_newline(escaped)) {
            newline(s);
        } else if (escaped == 'z') {
            s->at++;
            skip_space(s);
        } else if (escaped >= 0) {
            s->at++;
        }
    }
    return 0;
}

/// Steps over a numeral as Lua's reader does: everything that may stand in one, right or wrong.
static void skip_number(scanner *s) {
    int first = *s->at++, exponent = 'e';
    if (first == '0' && (peek(s, 0) | 32) == 'x') {
        s->at++;
        exponent = 'p';
    }
    for (;;) {
        int c = peek(s, 0);
        if (c >= 0 && (c | 32) == exponent) {
            s->at++;
            if (peek(s, 0) == '+' || peek(s, 0) == '-') s->at++;
        } else if (is_hex(c) || c == '.') {
            s->at++;
        } else {
            break;
        }
    }
    if (is_letter(peek(s, 0))) s->at++;
}

static int word(scanner *s, const char *text, size_t length) {
    static const struct {
        const char *text;
        int token, kind;
    } words[] = {
        {"and", T_LOGICAL, 0},   {"or", T_LOGICAL, 0},   {"not", T_NOT, 0},       {"function", T_OPEN, BLOCK},
        {"if", T_OPEN, BLOCK},   {"do", T_OPEN, BLOCK},  {"repeat", T_OPEN, BLOCK}, {"end", T_CLOSE, BLOCK},
        {"until", T_CLOSE, BLOCK}, {"break", T_OTHER, 0}, {"else", T_OTHER, 0},    {"elseif", T_OTHER, 0},
        {"false", T_OTHER, 0},   {"for", T_OTHER, 0},    {"goto", T_OTHER, 0},    {"in", T_OTHER, 0},
        {"local", T_OTHER, 0},   {"nil", T_OTHER, 0},    {"return", T_OTHER, 0},  {"then", T_OTHER, 0},
        {"true", T_OTHER, 0},    {"while", T_OTHER, 0},
    };
    if (length < 2 || length > 8) return T_NAME;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (words[i].text[0] != text[0] || strlen(words[i].text) != length) continue;
        if (memcmp(words[i].text, text, length) != 0) continue;
        s->kind = words[i].kind;
        return words[i].token;
    }
    return T_NAME;
}

static int next_token(scanner *s) {
    for (;;) {
        skip_space(s);
        if (s->at >= s->end) return T_END;
        int c = *s->at;
        if (is_letter(c)) {
            const unsigned char *start = s->at;
            while (is_letter(peek(s, 0)) || is_digit(peek(s, 0))) s->at++;
            return word(s, (const char *)start, (size_t)(s->at - start));
        }
        if (is_digit(c) || (c == '.' && is_digit(peek(s, 1)))) {
            skip_number(s);
            return T_OTHER;
        }
        ptrdiff_t level;
        switch (c) {
        case '"':
        case '\'':
            return skip_string(s) ? T_STRING : T_END;
        case '-':
            s->at++;
            if (peek(s, 0) != '-') return T_OTHER;
            s->at++;
            level = peek(s, 0) == '[' ? long_bracket(s) : -1;
            if (level >= 0) {
                if (!skip_long(s, level)) return T_END;
            } else {
                while (s->at < s->end && !is_newline(*s->at)) s->at++;
            }
            continue;
        case '[':
            level = long_bracket(s);
            if (level >= 0) return skip_long(s, level) ? T_STRING : T_END;
            if (peek(s, 1) == '=') return T_END;
            s->at++;
            s->kind = INDEX;
            return T_OPEN;
        case '(':
        case '{':
            s->at++;
            s->kind = c == '(' ? GROUP : BRACES;
            return T_OPEN;
        case ')':
        case ']':
        case '}':
            s->at++;
            s->kind = c == ')' ? GROUP : c == ']' ? INDEX : BRACES;
            return T_CLOSE;
        case '.':
            s->at++;
            if (peek(s, 0) != '.') return T_DOT;
            s->at++;
            if (peek(s, 0) == '.') s->at++;
            return T_OTHER;
        case '<':
        case '>':
            s->at++;
            if (peek(s, 0) == c) {
                s->at++;
                return T_OTHER;
            }
            if (peek(s, 0) == '=') s->at++;
            return T_COMPARISON;
        case '=':
        case '~':
            s->at++;
            if (peek(s, 0) != '=') return T_OTHER;
            s->at++;
            return T_COMPARISON;
        default:
            s->at++;
            return T_OTHER;
        }
    }
}

/// What stands on this level, of a token that is neither `not` nor a group.
static void note(level *here) { here->only_nots = here->only_group = 0; }

static int compares(const level *here) {
    return here->only_group ? here->group_compares : here->compares && !here->connects;
}

/// Nil where nothing is wrong, else what is; `line` says where.
static const char *look(scanner *s, uint32_t fences) {
    int depth = 0, previous = T_OTHER, previous_kind = BLOCK;
    s->levels[0] = (level){.kind = BLOCK};
    for (;;) {
        int token = next_token(s);
        level *here = &s->levels[depth];
        // A value that a call, an index or a field may follow.
        int follows = previous == T_NAME || previous == T_STRING || (previous == T_CLOSE && previous_kind != BLOCK);
        switch (token) {
        case T_END:
            return NULL;
        case T_DOT:
            note(here);
            break;
        case T_NAME:
            note(here);
            here->steps = previous == T_DOT ? here->steps + 1 : here->base;
            break;
        case T_NOT:
            if (!here->only_nots) note(here);
            here->steps = here->base;
            break;
        case T_COMPARISON:
        case T_LOGICAL:
            note(here);
            here->compares |= token == T_COMPARISON;
            here->connects |= token == T_LOGICAL;
            here->steps = here->base;
            break;
        case T_OPEN: {
            if (depth + 1 == NESTED_LEVELS) return "more than 200 levels of nesting";
            int kind = s->kind == INDEX && !follows ? BRACES : s->kind;  // `[e] =` in a table is no index
            if (kind != GROUP || follows) note(here);
            level *inner = &s->levels[++depth];
            *inner = (level){.kind = (unsigned char)kind, .only_nots = 1};
            // An index goes on with the steps of its table, a group with those of what it is a part of. After a string
            // or a table a parenthesis may call what took it as argument, or begin the next statement.
            inner->is_call = follows && (previous == T_NAME || (previous == T_CLOSE && previous_kind != BRACES));
            if (kind == INDEX) inner->base = here->steps;
            if (kind == GROUP && !inner->is_call) inner->base = here->base;
            inner->steps = inner->base;
            break;
        }
        case T_CLOSE: {
            if (depth == 0) return NULL;
            level *inner = here;
            int is_bracket = s->kind == INDEX && inner->kind == BRACES;
            if (inner->kind != s->kind && !is_bracket) return NULL;
            here = &s->levels[--depth];
            if (inner->kind == INDEX) {
                here->steps = inner->steps + 1;
                if ((fences & MT_FENCE_COMPARISONS) && compares(inner))
                    return "an index must not be a comparison (Lua before 5.4.8 gets it wrong): "
                           "write t[(a < b) and true or false]";
            } else if (inner->kind == GROUP) {
                here->steps = inner->is_call ? here->base : inner->steps;
                if (here->only_nots) {
                    here->only_nots = 0;
                    here->only_group = 1;
                    here->group_compares = (unsigned char)compares(inner);
                } else {
                    here->only_group = 0;
                }
            } else {
                note(here);
                here->steps = here->base;
            }
            break;
        }
        default:
            note(here);
            here->steps = here->base;
            break;
        }
        if (here->steps > STEPS_IN_A_ROW && (fences & MT_FENCE_CHAINS))
            return "more than 200 index steps in a row: put a part of them into a local variable";
        previous = token;
        previous_kind = s->kind;
    }
}

int mt_check_tokens(lua_State *L, const char *text, size_t length, const char *chunk) {
    uint32_t fences = mt_state_of(L)->fences & (MT_FENCE_CHAINS | MT_FENCE_COMPARISONS);
    if (fences == 0) return LUA_OK;
    scanner s;
    s.at = (const unsigned char *)text;
    s.end = s.at + length;
    s.line = 1;
    s.kind = 0;
    const char *wrong = look(&s, fences);
    if (wrong == NULL) return LUA_OK;
    // The chunk's name as Lua writes it in messages: what an empty text of that name tells of itself.
    lua_Debug ar;
    if (luaL_loadbufferx(L, "", 0, chunk, "t") != LUA_OK) return LUA_ERRSYNTAX;
    lua_getinfo(L, ">S", &ar);
    lua_pushfstring(L, "%s:%d: %s", ar.short_src, s.line, wrong);
    return LUA_ERRSYNTAX;
}

MT_END_OF_FILE
