// libedit for Swift: its functions with variable arguments, each as one of a fixed form.
#ifndef MOONTIDE_CEDIT_H
#define MOONTIDE_CEDIT_H

#include <histedit.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>
#ifdef __APPLE__
#include <xlocale.h>
#endif

// An editor on standard input and output.
static inline EditLine *ce_open(const char *program) { return el_init(program, stdin, stdout, stderr); }

// Columns of a letter; the C library has it, and declares it only where a macro of its own is set.
int wcwidth(wchar_t letter);
static inline int ce_width(wchar_t letter) { return wcwidth(letter); }

static inline int ce_is_utf8(locale_t locale) { return strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0; }

static inline int ce_set_prompt(EditLine *editor, char *(*prompt)(EditLine *)) {
    return el_set(editor, EL_PROMPT, prompt);
}

static inline int ce_set_mode(EditLine *editor, const char *mode) { return el_set(editor, EL_EDITOR, mode); }

static inline int ce_set_client(EditLine *editor, void *client) { return el_set(editor, EL_CLIENTDATA, client); }

static inline void *ce_client(EditLine *editor) {
    void *client = NULL;
    return el_get(editor, EL_CLIENTDATA, &client) == 0 ? client : NULL;
}

static inline int ce_set_reader(EditLine *editor, int (*read)(EditLine *, wchar_t *)) {
    return el_set(editor, EL_GETCFN, read);
}

static inline int ce_add_function(
    EditLine *editor, const char *name, const char *help, unsigned char (*function)(EditLine *, int)) {
    return el_set(editor, EL_ADDFN, name, help, function);
}

static inline int ce_bind(EditLine *editor, const char *key, const char *function) {
    return el_set(editor, EL_BIND, key, function, NULL);
}

static inline int ce_redraw(EditLine *editor) { return el_set(editor, EL_REFRESH); }

static inline int ce_use_history(EditLine *editor, History *list) { return el_set(editor, EL_HIST, history, list); }

static inline int ce_size_history(History *list, int count) {
    HistEvent event;
    int status = history(list, &event, H_SETSIZE, count);
    return status < 0 ? status : history(list, &event, H_SETUNIQUE, 1);
}

static inline int ce_add_history(History *list, const char *line) {
    HistEvent event;
    return history(list, &event, H_ENTER, line);
}

#endif
