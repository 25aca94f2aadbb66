/// `table.insert`, `remove`, `move`, `concat` and `sort` with a budget. They respect metamethods, as stock Lua's do;
/// `pack` and `unpack` are stock Lua's, which a stack of a million values bounds.
#include "steps.h"
#include <limits.h>

enum { READ = 1, WRITE = 2, LENGTH = 4 };

static int has_raw(lua_State *L, const char *key) {
    lua_pushstring(L, key);
    int found = lua_rawget(L, -2) != LUA_TNIL;
    lua_pop(L, 1);
    return found;
}

/// The argument must be a table, or something whose metatable has what is needed.
static void check_table(lua_State *L, int argument, int needed) {
    if (mt_stack_low()) luaL_error(L, "C stack overflow");
    if (lua_type(L, argument) == LUA_TTABLE) return;
    int suits = 0;
    if (lua_getmetatable(L, argument)) {
        suits = (!(needed & READ) || has_raw(L, "__index")) && (!(needed & WRITE) || has_raw(L, "__newindex")) &&
                (!(needed & LENGTH) || has_raw(L, "__len"));
        lua_pop(L, 1);
    }
    if (!suits) luaL_checktype(L, argument, LUA_TTABLE);
}

static lua_Integer checked_length(lua_State *L, int argument, int needed) {
    check_table(L, argument, needed | LENGTH);
    return luaL_len(L, argument);
}

/// A number that may wrap, as Lua's own do.
static lua_Integer plus(lua_Integer a, lua_Integer b) { return (lua_Integer)((lua_Unsigned)a + (lua_Unsigned)b); }

static int bounded_insert(lua_State *L) {
    lua_Integer end = plus(checked_length(L, 1, READ | WRITE), 1), at = end;
    mt_steps steps = {L, MT_STEPS};
    switch (lua_gettop(L)) {
    case 2:
        break;
    case 3:
        at = luaL_checkinteger(L, 2);
        luaL_argcheck(L, (lua_Unsigned)at - 1u < (lua_Unsigned)end, 2, "position out of bounds");
        for (lua_Integer i = end; i > at; i--) {
            mt_step(&steps);
            lua_geti(L, 1, i - 1);
            lua_seti(L, 1, i);
        }
        break;
    default:
        return luaL_error(L, "wrong number of arguments to 'insert'");
    }
    lua_seti(L, 1, at);
    return 0;
}

static int bounded_remove(lua_State *L) {
    lua_Integer length = checked_length(L, 1, READ | WRITE);
    lua_Integer at = luaL_optinteger(L, 2, length);
    if (at != length)
        luaL_argcheck(L, (lua_Unsigned)at - 1u <= (lua_Unsigned)length, 2, "position out of bounds");
    lua_geti(L, 1, at);
    mt_steps steps = {L, MT_STEPS};
    for (; at < length; at++) {
        mt_step(&steps);
        lua_geti(L, 1, at + 1);
        lua_seti(L, 1, at);
    }
    lua_pushnil(L);
    lua_seti(L, 1, at);
    return 1;
}

static int bounded_move(lua_State *L) {
    lua_Integer first = luaL_checkinteger(L, 2), last = luaL_checkinteger(L, 3), to = luaL_checkinteger(L, 4);
    int target = lua_isnoneornil(L, 5) ? 1 : 5;
    check_table(L, 1, READ);
    check_table(L, target, WRITE);
    if (last >= first) {
        luaL_argcheck(L, first > 0 || last < LUA_MAXINTEGER + first, 3, "too many elements to move");
        lua_Integer count = last - first + 1;
        luaL_argcheck(L, to <= LUA_MAXINTEGER - count + 1, 4, "destination wrap around");
        mt_steps steps = {L, MT_STEPS};
        // From the end where the ranges overlap so that the other way would overwrite what is still to be read.
        int forward = to > last || to <= first || (target != 1 && !lua_compare(L, 1, target, LUA_OPEQ));
        for (lua_Integer done = 0; done < count; done++) {
            lua_Integer i = forward ? done : count - 1 - done;
            mt_step(&steps);
            lua_geti(L, 1, first + i);
            lua_seti(L, target, to + i);
        }
    }
    lua_pushvalue(L, target);
    return 1;
}

static void add_element(lua_State *L, luaL_Buffer *buffer, lua_Integer i, mt_steps *steps) {
    lua_geti(L, 1, i);
    if (!lua_isstring(L, -1))
        luaL_error(
            L, "invalid value (%s) at index %I in table for 'concat'", luaL_typename(L, -1), (LUAI_UACINT)i);
    size_t length = lua_rawlen(L, -1);
    luaL_addvalue(buffer);
    mt_count_bytes(steps, length);
}

static int bounded_concat(lua_State *L) {
    lua_Integer last = checked_length(L, 1, READ);
    size_t between;
    const char *separator = luaL_optlstring(L, 2, "", &between);
    lua_Integer i = luaL_optinteger(L, 3, 1);
    last = luaL_optinteger(L, 4, last);
    mt_steps steps = {L, MT_STEPS};
    luaL_Buffer buffer;
    luaL_buffinit(L, &buffer);
    for (; i < last; i++) {
        add_element(L, &buffer, i, &steps);
        luaL_addlstring(&buffer, separator, between);
        mt_count(&steps, between / MT_STEP_BYTES);
    }
    if (i == last) add_element(L, &buffer, i, &steps);
    luaL_pushresult(&buffer);
    return 1;
}

// Sorting -------------------------------------------------------------------------------------------------------------

/// Elements from `low` to `high`. `chance` is what pivots are chosen by, 0: the middle.
typedef struct range {
    unsigned int low, high, chance;
} range;

/// Ranges smaller than this have their pivot in the middle.
#define SMALL 100u

/// Whether the value at stack index `a` comes before that at `b`.
static int is_before(mt_steps *steps, int a, int b) {
    lua_State *L = steps->L;
    mt_count(steps, 4);
    if (lua_isnil(L, 2)) {
        // Two long strings that differ late are compared byte by byte.
        if (lua_type(L, a) == LUA_TSTRING) mt_count(steps, (size_t)lua_rawlen(L, a) / MT_STEP_BYTES);
        return lua_compare(L, a, b, LUA_OPLT);
    }
    lua_pushvalue(L, 2);
    lua_pushvalue(L, a - 1);
    lua_pushvalue(L, b - 2);
    lua_call(L, 2, 1);
    int before = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return before;
}

/// Stores the value on top at `i` and the one below it at `j`.
static void store(lua_State *L, unsigned int i, unsigned int j) {
    lua_seti(L, 1, i);
    lua_seti(L, 1, j);
}

/// Puts the elements at `low`, `middle` and `high` into order, as far as there are three. Answers whether that is all.
static int sort_three(mt_steps *steps, unsigned int low, unsigned int middle, unsigned int high) {
    lua_State *L = steps->L;
    lua_geti(L, 1, low);
    lua_geti(L, 1, high);
    if (is_before(steps, -1, -2))
        store(L, low, high);
    else
        lua_pop(L, 2);
    if (high - low == 1) return 1;
    lua_geti(L, 1, middle);
    lua_geti(L, 1, low);
    if (is_before(steps, -2, -1)) {
        store(L, middle, low);
    } else {
        lua_pop(L, 1);
        lua_geti(L, 1, high);
        if (is_before(steps, -1, -2))
            store(L, middle, high);
        else
            lua_pop(L, 2);
    }
    return high - low == 2;
}

/// Parts the elements between `low` and `high` by the pivot, which is on top of the stack and at `high - 1`; takes it
/// off. Answers its place.
static unsigned int part(mt_steps *steps, unsigned int low, unsigned int high) {
    lua_State *L = steps->L;
    unsigned int i = low, j = high - 1;
    for (;;) {
        while (lua_geti(L, 1, ++i), is_before(steps, -1, -2)) {
            if (i == high - 1) luaL_error(L, "invalid order function for sorting");
            lua_pop(L, 1);
        }
        while (lua_geti(L, 1, --j), is_before(steps, -3, -1)) {
            if (j < i) luaL_error(L, "invalid order function for sorting");
            lua_pop(L, 1);
        }
        if (j < i) {
            lua_pop(L, 1);
            store(L, high - 1, i);
            return i;
        }
        store(L, i, j);
    }
}

/// Sedgewick's quicksort with a median of three, which parts as stock Lua's does, so that equal elements come out in
/// the same order. Index 1 is the table, 2 the order or nil.
static void sort(mt_steps *steps, unsigned int count) {
    lua_State *L = steps->L;
    range waiting[33];  // always the larger part: each is at most half of the one before
    int waits = 0;
    range now = {1, count, 0};
    for (;;) {
        unsigned int middle = (now.low + now.high) / 2, size = now.high - now.low;
        if (now.low < now.high && size >= SMALL && now.chance != 0)
            middle = now.chance % (size / 4 * 2) + now.low + size / 4;
        if (now.low >= now.high || sort_three(steps, now.low, middle, now.high)) {
            if (waits == 0) return;
            now = waiting[--waits];
            continue;
        }
        lua_geti(L, 1, middle);
        lua_pushvalue(L, -1);
        lua_geti(L, 1, now.high - 1);
        store(L, middle, now.high - 1);
        middle = part(steps, now.low, now.high);
        range below = {now.low, middle - 1, now.chance}, above = {middle + 1, now.high, now.chance};
        int below_first = middle - now.low < now.high - middle;
        range larger = below_first ? above : below;
        unsigned int smaller = below_first ? middle - now.low : now.high - middle;
        // What was parted badly gets its next pivots from elsewhere.
        if (larger.high > larger.low && (larger.high - larger.low) / 128 > smaller)
            larger.chance = (larger.low ^ larger.high) * 2654435761u | 1u;
        waiting[waits++] = larger;
        now = below_first ? below : above;
    }
}

static int bounded_sort(lua_State *L) {
    lua_Integer count = checked_length(L, 1, READ | WRITE);
    if (count < 2) return 0;
    luaL_argcheck(L, count < INT_MAX, 1, "array too big");
    if (!lua_isnoneornil(L, 2)) luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_settop(L, 2);
    mt_steps steps = {L, MT_STEPS};
    sort(&steps, (unsigned int)count);
    return 0;
}

void mt_open_tables(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"insert", bounded_insert}, {"remove", bounded_remove}, {"move", bounded_move},
        {"concat", bounded_concat}, {"sort", bounded_sort},     {NULL, NULL},
    };
    lua_getglobal(L, "table");
    luaL_setfuncs(L, functions, 0);
    lua_pop(L, 1);
}

MT_END_OF_FILE
