/// Calls between Lua and Swift: trampolines, the base of every invocation, parking.
#include "internal.h"
#include <string.h>

static int finish_call(lua_State *L, int status, lua_KContext context);

/// What Swift answered, carried out after Swift has left the stack.
static int carry_out(lua_State *L, mt_state *S, int answer) {
    S->in_lua = 1;
    mt_pace(L, S);
    if (mt_is_pending(S)) mt_arm(S, L);
    if (answer == MT_PARK) {
        S->reason = MT_YIELD_PARK;
        return lua_yieldk(L, 0, 0, finish_call);
    }
    if (answer == MT_RAISE) return lua_error(L);
    return answer;
}

static void check_entry(lua_State *L, mt_state *S) {
    if (mt_stack_low()) luaL_error(L, "C stack overflow");
    luaL_checkstack(L, 24, "too many nested calls");
    S->in_lua = 0;
}

static int trampoline(lua_State *L) {
    mt_state *S = mt_state_of(L);
    check_entry(L, S);
    return carry_out(L, S, S->callbacks.call(L, S->host, (int)lua_tointeger(L, lua_upvalueindex(1))));
}

static int finish_call(lua_State *L, int status, lua_KContext context) {
    (void)status, (void)context;
    mt_state *S = mt_state_of(L);
    check_entry(L, S);
    return carry_out(L, S, S->callbacks.finish(L, S->host));
}

void mt_push_function(lua_State *L, int function) {
    lua_pushinteger(L, function);
    lua_pushcclosure(L, trampoline, 1);
}

typedef struct mt_object {
    void *object;
    int type;
    size_t cost;
} mt_object;

static const char object_key = 0;

/// `__index` of a bound type. Upvalues: its table of members, its number.
static int index_object(lua_State *L) {
    lua_settop(L, 2);
    lua_pushvalue(L, 2);
    int kind = lua_rawget(L, lua_upvalueindex(1));
    if (kind == LUA_TFUNCTION) return 1;
    mt_state *S = mt_state_of(L);
    check_entry(L, S);
    if (kind == LUA_TNUMBER) {
        int field = (int)lua_tointeger(L, 3);
        lua_settop(L, 2);
        return carry_out(L, S, S->callbacks.field(L, S->host, field));
    }
    lua_settop(L, 2);
    return carry_out(L, S, S->callbacks.missing(L, S->host, (int)lua_tointeger(L, lua_upvalueindex(2))));
}

void mt_push_index(lua_State *L, int members, int type) {
    lua_pushvalue(L, members);
    lua_pushinteger(L, type);
    lua_pushcclosure(L, index_object, 2);
}

void mt_push_object(lua_State *L, void *object, int type, size_t cost) {
    mt_object *place = lua_newuserdatauv(L, sizeof *place, 0);
    place->object = object;
    place->type = type;
    place->cost = cost;
    mt_charge(L, (ptrdiff_t)cost);
    mt_state_of(L)->unseen += cost;
}

static int release_object(lua_State *L) {
    mt_object *place = lua_touserdata(L, 1);
    void *object = place->object;
    place->object = NULL;
    if (object != NULL) {
        mt_state *S = mt_state_of(L);
        int before = S->in_lua;
        S->in_lua = 0;
        S->callbacks.release(object);
        mt_charge(L, -(ptrdiff_t)place->cost);
        S->in_lua = before;
    }
    return 0;
}

void mt_set_release(lua_State *L) {
    lua_pushcfunction(L, release_object);
    lua_setfield(L, -2, "__gc");
    lua_pushboolean(L, 1);
    lua_rawsetp(L, -2, &object_key);
}

void *mt_to_object(lua_State *L, int index, int *type) {
    if (lua_type(L, index) != LUA_TUSERDATA || !lua_getmetatable(L, index)) return NULL;
    int ours = lua_rawgetp(L, -1, &object_key) == LUA_TBOOLEAN;
    lua_pop(L, 2);
    if (!ours) return NULL;
    mt_object *place = lua_touserdata(L, index);
    *type = place->type;
    return place->object;
}

static int describe_error(lua_State *L) {
    mt_state *S = mt_state_of(L);
    if (!lua_checkstack(L, 24)) return 1;
    int before = S->in_lua;
    S->in_lua = 0;
    S->callbacks.describe(L, S->host);
    S->in_lua = before;
    return 1;
}

static int base_done(lua_State *L, int status, lua_KContext context) {
    (void)context;
    mt_state *S = mt_state_of(L);
    mt_leave_handler(L);
    *S->doom = 0;
    lua_pushboolean(L, status == LUA_OK || status == LUA_YIELD);
    lua_replace(L, 1);
    return lua_gettop(L);
}

static int base(lua_State *L) {
    lua_pushcfunction(L, describe_error);
    lua_insert(L, 1);
    mt_enter_handler(L);
    return base_done(L, lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 1, 0, base_done), 0);
}

void mt_push_base(lua_State *L) { lua_pushcfunction(L, base); }

lua_State *mt_new_host_thread(lua_State *L) {
    lua_State *co = lua_newthread(L);
    lua_sethook(co, NULL, 0, 0);
    mt_set_fresh(co, 2);
    return co;
}

int mt_resume(lua_State *co, int arguments, int blocking, int *doom, int *results, int *reason) {
    mt_state *S = mt_state_of(co);
    lua_State *outer_running = S->running, *outer_base = S->base, *outer_stuck = S->stuck;
    int outer_in_lua = S->in_lua, *outer_doom = S->doom;
    S->base = co;
    S->doom = doom;
    S->stuck = NULL;
    S->running = co;
    S->reason = MT_YIELD_SCRIPT;
    S->blocked += blocking != 0;
    // Arming walks the whole call stack, at its deepest for longer than a slice: the slice begins after it.
    if (outer_running == NULL) S->expired = 0;
    mt_arm(S, co);
    if (outer_running == NULL) mt_slice_begin(S);
    S->in_lua = 1;
    int status = lua_resume(co, outer_running, arguments, results);
    S->in_lua = outer_in_lua;
    S->blocked -= blocking != 0;
    S->running = outer_running;
    S->base = outer_base;
    if (outer_running == NULL) mt_slice_end();
    S->doom = outer_doom;
    S->stuck = outer_stuck;
    *reason = S->reason;
    S->reason = MT_YIELD_SCRIPT;
    return status;
}

static const char names_key = 0;

/// Replaces the function on top by its name: a text, `false` for one that lets a wait pass, nil for an unknown one.
static int mt_named(lua_State *L) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &names_key) != LUA_TTABLE) {
        lua_pop(L, 1);
        lua_pushnil(L);
        lua_replace(L, -2);
        return LUA_TNIL;
    }
    lua_insert(L, -2);
    int kind = lua_rawget(L, -2);
    lua_replace(L, -2);
    return kind;
}

void mt_name_functions(lua_State *L) {
    static const char *const transparent[] = {"pcall", "xpcall", "error", NULL};
    lua_newtable(L);
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING) continue;
        const char *outer = lua_tostring(L, -2);
        if (lua_iscfunction(L, -1)) {
            lua_pushvalue(L, -1);
            lua_pushstring(L, outer);
            lua_rawset(L, -6);
        } else if (lua_istable(L, -1) && strcmp(outer, "_G") != 0) {
            int lets_pass = strcmp(outer, "coroutine") == 0;
            for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
                if (!lua_iscfunction(L, -1)) continue;
                lua_pushvalue(L, -1);
                if (lets_pass)
                    lua_pushboolean(L, 0);
                else
                    lua_pushfstring(L, "%s.%s", outer, lua_tostring(L, -3));
                lua_rawset(L, -8);
            }
        }
    }
    for (int i = 0; transparent[i]; i++) {
        lua_getfield(L, -1, transparent[i]);
        lua_pushboolean(L, 0);
        lua_rawset(L, -4);
    }
    lua_pop(L, 1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &names_key);
}

int mt_can_wait(lua_State *L) { return lua_isyieldable(L) && mt_state_of(L)->blocked == 0; }

const char *mt_blocker(lua_State *L, lua_Debug *space) {
    for (lua_State *at = L; at != NULL; at = at == L ? mt_state_of(L)->stuck : NULL) {
        for (int level = at == L; lua_getstack(at, level, space); level++) {
            lua_getinfo(at, "Sn", space);
            if (space->what[0] != 'C' || !lua_checkstack(at, 4)) continue;
            lua_getinfo(at, "f", space);
            int kind = mt_named(at);
            const char *name = kind == LUA_TSTRING ? lua_tostring(at, -1) : NULL;
            lua_pop(at, 1);
            if (name != NULL) return name;  // the registry keeps the text
            if (kind == LUA_TNIL && space->name != NULL) return space->name;
        }
    }
    return NULL;
}

void mt_traceback(lua_State *L, lua_State *from, int level) {
    // luaL_traceback needs more than the 5 slots it asks for before 5.4.7.
    if (!lua_checkstack(L, 12)) {
        lua_pushliteral(L, "");
        return;
    }
    lua_Debug ar;
    if (!lua_getstack(from, 2000, &ar)) {
        luaL_traceback(L, from, NULL, level);
        return;
    }
    // luaL_traceback looks for the far end, which takes 0.6 s at Lua's deepest recursion.
    lua_pushliteral(L, "stack traceback:");
    for (int end = level + 15; level < end && lua_getstack(from, level, &ar); level++) {
        lua_getinfo(from, "Sln", &ar);
        if (ar.currentline > 0)
            lua_pushfstring(L, "\n\t%s:%d: in ", ar.short_src, ar.currentline);
        else
            lua_pushfstring(L, "\n\t%s: in ", ar.short_src);
        if (*ar.namewhat)
            lua_pushfstring(L, "%s '%s'", ar.namewhat, ar.name);
        else if (*ar.what == 'L')
            lua_pushfstring(L, "function <%s:%d>", ar.short_src, ar.linedefined);
        else
            lua_pushstring(L, *ar.what == 'm' ? "main chunk" : "?");
        lua_concat(L, 3);
    }
    lua_pushliteral(L, "\n\t...\t(more than 2000 levels)");
    lua_concat(L, 2);
}

static void copy_source(const char *from, char *source, size_t capacity) {
    size_t length = 0;
    for (; *from && length + 1 < capacity; from++) source[length++] = *from;
    source[length] = 0;
}

int mt_extent(lua_State *L, int index, char *source, size_t capacity, int *first, int *last) {
    if (lua_type(L, index) != LUA_TFUNCTION || lua_iscfunction(L, index)) return 0;
    lua_Debug ar;
    lua_pushvalue(L, index);
    lua_getinfo(L, ">S", &ar);
    if (ar.source[0] != '@') return 0;
    copy_source(ar.source + 1, source, capacity);
    *first = ar.linedefined;
    *last = ar.lastlinedefined;
    return 1;
}

int mt_where(lua_State *L, int level, char *source, size_t capacity, int *line) {
    lua_Debug ar;
    for (; lua_getstack(L, level, &ar); level++) {
        lua_getinfo(L, "Sl", &ar);
        if (ar.currentline > 0 && ar.source[0] == '@') {
            copy_source(ar.source + 1, source, capacity);
            *line = ar.currentline;
            return 1;
        }
    }
    return 0;
}

MT_END_OF_FILE
