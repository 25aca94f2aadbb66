/// Stock Lua's libraries, for what compares ours with them. No script of a pack ever sees them.
#include "internal.h"

void mt_push_stock_libraries(lua_State *L) {
    luaL_checkstack(L, 8, NULL);
    lua_createtable(L, 0, 3);
    // Opening the library of strings gives them a metatable; they keep the one they have.
    lua_pushliteral(L, "");
    if (!lua_getmetatable(L, -1)) lua_pushnil(L);
    lua_pushcfunction(L, luaopen_string);
    lua_call(L, 0, 1);
    lua_setfield(L, -4, "string");
    lua_setmetatable(L, -2);
    lua_pop(L, 1);
    lua_pushcfunction(L, luaopen_table);
    lua_call(L, 0, 1);
    lua_setfield(L, -2, "table");
    lua_pushcfunction(L, luaopen_utf8);
    lua_call(L, 0, 1);
    lua_setfield(L, -2, "utf8");
}

MT_END_OF_FILE
