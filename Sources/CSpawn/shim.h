#pragma once
#include <spawn.h>

// In glibc since 2.29 and 2.34, but shown only to programs that ask for GNU extensions.
extern int posix_spawn_file_actions_addchdir_np(
    posix_spawn_file_actions_t *actions, const char *path);
extern int posix_spawn_file_actions_addclosefrom_np(
    posix_spawn_file_actions_t *actions, int from);
