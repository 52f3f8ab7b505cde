// SPDX-License-Identifier: MIT
#include "code_names.hpp"

#include <pottle/gateway/response.hpp>

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <cxxabi.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pottle::app {

namespace {

struct Place {
    std::string file{};         ///< program or library
    std::uintptr_t offset = 0;  ///< in it
    std::string symbol{};
};

std::string demangle(const char* symbol) {
    int status = 0;
    char* const name = abi::__cxa_demangle(symbol, nullptr, nullptr, &status);
    std::string text = name ? name : symbol;
    std::free(name);
    return text;
}

Place place_of(const void* address) {
    Dl_info info{};
    if (!::dladdr(address, &info) || !info.dli_fname) return {};
    return {info.dli_fname,
            reinterpret_cast<std::uintptr_t>(address) -
                reinterpret_cast<std::uintptr_t>(info.dli_fbase),
            info.dli_sname ? demangle(info.dli_sname) : std::string()};
}

/// What a program writes to its standard output; empty when it cannot be started.
std::string output_of(std::vector<std::string> words) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return {};
    const FileDescriptor reading(ends[0]);
    FileDescriptor writing(ends[1]);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, writing.get(), STDOUT_FILENO);
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    pid_t child = 0;
    const int failed =
        ::posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    writing = FileDescriptor();
    if (failed) return {};
    std::string text;
    char piece[4096];
    for (ssize_t count = 0; (count = ::read(reading.get(), piece, sizeof piece)) > 0;)
        text.append(piece, static_cast<std::size_t>(count));
    ::waitpid(child, nullptr, 0);
    return text;
}

std::string_view take_line(std::string_view& text) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    return line;
}

/// "shop()" of "shop() [clone .resume]".
std::string without_clone(std::string_view name) {
    for (const std::string_view tail : {" [clone", " (.resume", " (.actor"})
        name = name.substr(0, name.find(tail));
    return std::string(name);
}

}  // namespace

std::vector<CodeName> name_code(const std::vector<const void*>& addresses) {
    std::vector<CodeName> names;
    std::vector<Place> places;
    places.reserve(addresses.size());
    for (const void* address : addresses) places.push_back(place_of(address));
    for (std::size_t i = 0; i < places.size(); ++i) {
        const Place& place = places[i];
        CodeName name{without_clone(place.symbol), fmt::format("{}", addresses[i])};
        if (!place.file.empty()) {
            const std::string said = output_of(
                {"addr2line", "-C", "-f", "-e", place.file, fmt::format("{:#x}", place.offset)});
            std::string_view rest = said;
            const std::string_view function = take_line(rest);
            const std::string_view source = take_line(rest);
            if (!function.empty() && !function.starts_with("?"))
                name.function = without_clone(function);
            if (!source.empty() && !source.starts_with("?")) name.source = source;
        }
        if (name.function.empty()) name.function = "a coroutine";
        names.push_back(std::move(name));
    }
    return names;
}

}  // namespace pottle::app
