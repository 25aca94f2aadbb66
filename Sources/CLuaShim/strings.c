/// `string.rep`, `upper`, `lower`, `reverse`, `format`, `pack` and their kin, `os.date` and `debug.traceback`, with a
/// budget or guarded.
///
/// What is guarded is stock Lua's function behind a check that its work and what it builds are bounded. The rest of the
/// library handles each byte of its arguments at most once and stays as it is.
#include "steps.h"
#include <ctype.h>
#include <limits.h>
#include <string.h>

/// Bytes of a text for `string.format`, of one for `string.pack` and its kin, of one for `os.date`.
#define FORMAT_LIMIT ((size_t)1024 * 1024)
#define PACK_LIMIT ((size_t)64 * 1024)
#define DATE_LIMIT ((size_t)4096)

static int bounded_rep(lua_State *L) {
    size_t length, between;
    const char *text = luaL_checklstring(L, 1, &length);
    lua_Integer count = luaL_checkinteger(L, 2);
    const char *separator = luaL_optlstring(L, 3, "", &between);
    size_t unit = length + between;
    if (count <= 0 || unit == 0) {
        lua_pushliteral(L, "");
        return 1;
    }
    if (unit < length || unit > (size_t)INT_MAX / (lua_Unsigned)count)
        return luaL_error(L, "resulting string too large");
    size_t total = (size_t)count * unit - between;
    mt_make_room(L, total);
    mt_steps steps = {L, MT_STEPS};
    luaL_Buffer buffer;
    char *to = luaL_buffinitsize(L, &buffer, total);
    memcpy(to, text, length);
    size_t done = length;
    if (count > 1) {
        memcpy(to + length, separator, between);
        done = unit;
    }
    while (done < total) {  // what is there is doubled; always whole units, but for the last separator
        size_t piece = done;
        if (piece > MT_STRIDE) piece = unit > MT_STRIDE ? unit : MT_STRIDE - MT_STRIDE % unit;
        if (piece > total - done) piece = total - done;
        memcpy(to + done, to, piece);
        done += piece;
        mt_count_bytes(&steps, piece);
    }
    luaL_pushresultsize(&buffer, total);
    return 1;
}

/// Builds a text as long as the argument, a stride at a time.
static int transform(lua_State *L, void (*fill)(char *to, const char *text, size_t from, size_t until, size_t length)) {
    size_t length;
    const char *text = luaL_checklstring(L, 1, &length);
    mt_steps steps = {L, MT_STEPS};
    if (length > MT_STRIDE) mt_make_room(L, length);
    luaL_Buffer buffer;
    char *to = luaL_buffinitsize(L, &buffer, length);
    for (size_t from = 0; from < length;) {
        size_t until = length - from > MT_STRIDE ? from + MT_STRIDE : length;
        fill(to, text, from, until, length);
        mt_count_bytes(&steps, until - from);
        from = until;
    }
    luaL_pushresultsize(&buffer, length);
    return 1;
}

static void fill_upper(char *to, const char *text, size_t from, size_t until, size_t length) {
    (void)length;
    for (size_t i = from; i < until; i++) to[i] = (char)toupper((unsigned char)text[i]);
}

static void fill_lower(char *to, const char *text, size_t from, size_t until, size_t length) {
    (void)length;
    for (size_t i = from; i < until; i++) to[i] = (char)tolower((unsigned char)text[i]);
}

static void fill_reverse(char *to, const char *text, size_t from, size_t until, size_t length) {
    for (size_t i = from; i < until; i++) to[i] = text[length - 1 - i];
}

static int bounded_upper(lua_State *L) { return transform(L, fill_upper); }
static int bounded_lower(lua_State *L) { return transform(L, fill_lower); }
static int bounded_reverse(lua_State *L) { return transform(L, fill_reverse); }

// Guarded functions ---------------------------------------------------------------------------------------------------

static int call_stock(lua_State *L) { return lua_tocfunction(L, lua_upvalueindex(1))(L); }

/// Raises unless the text at index 1 is short enough for its function.
static void check_text(lua_State *L, size_t limit, const char *problem) {
    if (lua_type(L, 1) == LUA_TSTRING) luaL_argcheck(L, (size_t)lua_rawlen(L, 1) <= limit, 1, problem);
}

static size_t plus(size_t a, size_t b) { return a + b < a ? SIZE_MAX : a + b; }

/// The bytes of all texts among the arguments from `first` on.
static size_t texts_from(lua_State *L, int first) {
    size_t sum = 0;
    for (int i = first, top = lua_gettop(L); i <= top; i++)
        if (lua_type(L, i) == LUA_TSTRING) sum = plus(sum, (size_t)lua_rawlen(L, i));
    return sum;
}

/// What `string.format` copies of long arguments: `%s` without a precision, `%q`.
static size_t copied_by_format(lua_State *L, const char *format, const char *end) {
    size_t sum = 0;
    for (int argument = 2; (format = memchr(format, '%', (size_t)(end - format))) != NULL; argument++) {
        format++;
        size_t modifiers = strspn(format, "-+#0 .123456789");
        int has_precision = memchr(format, '.', modifiers) != NULL;
        format += modifiers;
        if (format >= end) break;
        char kind = *format++;
        if (kind == '%') argument--;
        if ((kind == 'q' || (kind == 's' && !has_precision)) && lua_type(L, argument) == LUA_TSTRING)
            sum = plus(sum, (size_t)lua_rawlen(L, argument));
    }
    return sum;
}

static int guarded_format(lua_State *L) {
    check_text(L, FORMAT_LIMIT, "format longer than 1 MiB");
    if (texts_from(L, 2) > MT_STRIDE && lua_type(L, 1) == LUA_TSTRING) {
        size_t length;
        const char *format = lua_tolstring(L, 1, &length);
        mt_make_room(L, copied_by_format(L, format, format + length));
    }
    if (mt_stack_low()) return luaL_error(L, "C stack overflow");
    return call_stock(L);
}

static int guarded_pack(lua_State *L) {
    check_text(L, PACK_LIMIT, "format longer than 64 KiB");
    size_t sum = texts_from(L, 2), length = 0;
    const char *format = lua_type(L, 1) == LUA_TSTRING ? lua_tolstring(L, 1, &length) : NULL;
    for (size_t i = 0; i < length; i++) {  // `c` and its size
        if (format[i] != 'c') continue;
        size_t size = 0;
        for (; i + 1 < length && isdigit((unsigned char)format[i + 1]); i++)
            if (size < SIZE_MAX / 16) size = size * 10 + (size_t)(format[i + 1] - '0');
        sum = plus(sum, size);
    }
    if (sum > MT_STRIDE) mt_make_room(L, sum);
    return call_stock(L);
}

static int guarded_unpack(lua_State *L) {
    check_text(L, PACK_LIMIT, "format longer than 64 KiB");
    return call_stock(L);
}

static int guarded_date(lua_State *L) {
    check_text(L, DATE_LIMIT, "format longer than 4 KiB");
    return call_stock(L);
}

/// Stock Lua seeks the far end of a deep stack, which takes 0.6 s at its deepest; such a one is shown by its top only.
static int guarded_traceback(lua_State *L) {
    lua_State *of = lua_isthread(L, 1) ? lua_tothread(L, 1) : L;
    int message = of == L && !lua_isthread(L, 1) ? 1 : 2;
    lua_Debug ar;
    int is_text = lua_isnoneornil(L, message) || lua_isstring(L, message);
    if (!is_text || !lua_getstack(of, 2000, &ar)) return call_stock(L);
    lua_Integer level = luaL_optinteger(L, message + 1, of == L);
    lua_settop(L, message);
    int has_message = lua_isstring(L, message);
    if (has_message) lua_pushliteral(L, "\n");
    mt_traceback(L, of, level < 0 ? 0 : level > (1 << 24) ? 1 << 24 : (int)level);
    if (has_message) lua_concat(L, 3);
    return 1;
}

/// Puts `guard` over the function `name` of the table on top.
static void put_over(lua_State *L, const char *name, lua_CFunction guard) {
    lua_getfield(L, -1, name);
    lua_pushcclosure(L, guard, 1);
    lua_setfield(L, -2, name);
}

void mt_open_strings(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"rep", bounded_rep},
        {"upper", bounded_upper},
        {"lower", bounded_lower},
        {"reverse", bounded_reverse},
        {NULL, NULL},
    };
    lua_getglobal(L, "string");
    luaL_setfuncs(L, functions, 0);
    put_over(L, "format", guarded_format);
    put_over(L, "pack", guarded_pack);
    put_over(L, "packsize", guarded_unpack);
    put_over(L, "unpack", guarded_unpack);
    lua_pop(L, 1);
    lua_getglobal(L, "os");
    put_over(L, "date", guarded_date);
    lua_pop(L, 1);
    lua_getglobal(L, "debug");
    put_over(L, "traceback", guarded_traceback);
    lua_pop(L, 1);
}

MT_END_OF_FILE
