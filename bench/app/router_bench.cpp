// SPDX-License-Identifier: MIT
/// \file
/// What routing costs a request: decoding the path and matching it in the table of the bench server
/// (a few plain routes and a hundred `/api/resN/<int:id>`). Targets at -O2: plain 25 ns, with a
/// value 60 ns, and no allocation in either.
#include "router.hpp"
#include "url_path.hpp"

#include <string>
#include <vector>

#include <benchmark/benchmark.h>

namespace {

using namespace pottle;
using namespace pottle::app;

constexpr std::string_view kGet[] = {"GET"};

Router make_router() {
    Router router;
    for (const char* pattern :
         {"/", "/plaintext", "/json", "/echo", "/file.bin", "/coroutine", "/files/<path:name>"})
        if (!router.add(pattern, kGet, {}, {})) std::abort();
    for (int i = 0; i < 100; ++i)
        if (!router.add("/api/res" + std::to_string(i) + "/<int:id>", kGet, {}, {})) std::abort();
    router.freeze();
    return router;
}

void run(benchmark::State& state, const std::vector<std::string>& targets,
         RouteMatch::Kind expected) {
    const Router router = make_router();
    std::size_t next = 0;
    std::string storage;
    for (auto _ : state) {
        Captures captures;
        const std::string& target = targets[next];
        next = next + 1 == targets.size() ? 0 : next + 1;
        const RouteMatch match = router.match({decode_path(target, storage)}, captures);
        if (match.kind != expected) std::abort();
        benchmark::DoNotOptimize(captures);
    }
}

void plain(benchmark::State& state) {
    run(state, {"/plaintext"}, RouteMatch::Kind::Found);
}
void one_value_of_hundred_routes(benchmark::State& state) {
    std::vector<std::string> targets;
    for (int i = 0; i < 100; ++i)
        targets.push_back("/api/res" + std::to_string(i * 37 % 100) + "/" +
                          std::to_string(i * 991));
    run(state, targets, RouteMatch::Kind::Found);
}
void path_value(benchmark::State& state) {
    run(state, {"/files/assets/img/logo.svg"}, RouteMatch::Kind::Found);
}
void encoded(benchmark::State& state) {
    run(state, {"/files/caf%C3%A9/logo.svg"}, RouteMatch::Kind::Found);
}
void not_found(benchmark::State& state) {
    run(state, {"/wp-login.php"}, RouteMatch::Kind::NotFound);
}

BENCHMARK(plain);
BENCHMARK(one_value_of_hundred_routes);
BENCHMARK(path_value);
BENCHMARK(encoded);
BENCHMARK(not_found);

}  // namespace

BENCHMARK_MAIN();
