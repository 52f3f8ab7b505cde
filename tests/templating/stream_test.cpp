// SPDX-License-Identifier: MIT
#include <pottle/async/sleep.hpp>
#include <pottle/async/timeout.hpp>
#include <pottle/async/virtual_executor.hpp>
#include <pottle/templating/environment.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::async;
using namespace pottle::templating;

namespace {

Options in_chunks_of(ByteCount size) {
    Options options;
    options.stream_chunk = size;
    return options;
}

Task<std::vector<std::string>> all(Generator<std::string> pieces) {
    std::vector<std::string> taken;
    while (std::string* const piece = co_await pieces.next()) taken.push_back(std::move(*piece));
    co_return taken;
}

/// The first piece; the generator is destroyed.
Task<std::string> first(Generator<std::string> pieces) {
    std::string* const piece = co_await pieces.next();
    co_return piece ? std::move(*piece) : "none";
}

std::string joined(const std::vector<std::string>& pieces) {
    std::string text;
    for (const std::string& piece : pieces) text += piece;
    return text;
}

/// Counts the rows that a template has asked for.
void add_row(Environment& environment, int& made) {
    environment.add_function("row", [&made](std::int64_t number) {
        ++made;
        return "row " + std::to_string(number) + "\n";
    });
}

constexpr std::string_view kRows = "{% for i in range(1000) %}{{ row(i) }}{% endfor %}";

}  // namespace

TEST_CASE("stream: the pieces are the page, each at least a chunk and below two (TPL-1)") {
    Environment environment(in_chunks_of(100));
    int made = 0;
    add_row(environment, made);
    const std::string whole = environment.render_string(kRows, {});
    VirtualExecutor executor;
    const auto pieces = executor.run(all(environment.stream(environment.from_string(kRows), {})));
    CHECK(joined(pieces) == whole);
    CHECK(pieces.size() > 50);
    for (std::size_t i = 0; i + 1 < pieces.size(); ++i) {
        CHECK(pieces[i].size() >= 100);
        CHECK(pieces[i].size() < 200);
    }
}

TEST_CASE("stream: text between tags and long values are cut into pieces too (TPL-1)") {
    Environment environment(in_chunks_of(100));
    VirtualExecutor executor;
    const auto text = environment.from_string("{% for i in range(99) %}0123456789{% endfor %}");
    const auto pieces = executor.run(all(environment.stream(text, {})));
    CHECK(joined(pieces).size() == 990);
    const auto value = environment.from_string("{{ 'x' * 990 }}");
    const auto cut = executor.run(all(environment.stream(value, {})));
    CHECK(joined(cut) == std::string(990, 'x'));
    for (const auto* const list : {&pieces, &cut})
        CHECK(std::all_of(list->begin(), list->end(),
                          [](const std::string& piece) { return piece.size() < 200; }));
}

TEST_CASE("stream: nothing is made before it is asked for, and no more after (TPL-1)") {
    Environment environment(in_chunks_of(100));
    int made = 0;
    add_row(environment, made);
    VirtualExecutor executor;
    {
        auto unused = environment.stream(environment.from_string(kRows), {});
        CHECK(made == 0);
    }
    CHECK(executor.run(first(environment.stream(environment.from_string(kRows), {}))).size() >=
          100);
    CHECK(made < 20);
}

TEST_CASE("stream: what is captured is printed once, whole (TPL-1)") {
    Environment environment(in_chunks_of(8));
    const std::string_view source =
        "{% macro m(n) %}{% for i in range(n) %}{{ i }},{% endfor %}{% endmacro %}"
        "{% set b %}{% for i in range(9) %}{{ i }};{% endfor %}{% endset %}"
        "{{ b }}{{ m(12) }}{% filter upper %}{% for c in 'abcdefghijkl' %}{{ c }}{% endfor %}"
        "{% endfilter %}";
    VirtualExecutor executor;
    CHECK(joined(executor.run(all(environment.stream(environment.from_string(source), {})))) ==
          environment.render_string(source, {}));
}

TEST_CASE("stream: functions that wait are awaited, and cancelled with the puller (TPL-1)") {
    Environment environment(in_chunks_of(1));
    environment.add_function("slow", [](std::int64_t seconds) -> Task<std::string> {
        co_await sleep(Seconds(seconds));
        co_return "!";
    });
    VirtualExecutor executor;
    const auto page = environment.from_string("{{ slow(1) }}{{ slow(2) }}");
    CHECK(joined(executor.run(all(environment.stream(page, {})))) == "!!");
    CHECK_THROWS_AS(executor.run(timeout(Milliseconds(1500), all(environment.stream(page, {})))),
                    TimedOut);
    CHECK(executor.run(first(environment.stream(page, {}))) == "!");
}

TEST_CASE("stream: a mistake of the template comes out of next(), behind what went before") {
    Environment environment(in_chunks_of(1));
    VirtualExecutor executor;
    const auto page = environment.from_string("{{ 'a' }}{{ 1 // 0 }}");
    CHECK(executor.run(first(environment.stream(page, {}))) == "a");
    CHECK_THROWS_AS(executor.run(all(environment.stream(page, {}))), TemplateError);
}

TEST_CASE("stream: what has been sent counts towards Limits::output") {
    Options options = in_chunks_of(100);
    options.limits.output = 5000;
    Environment environment(options);
    int made = 0;
    add_row(environment, made);
    VirtualExecutor executor;
    CHECK_THROWS_AS(executor.run(all(environment.stream(environment.from_string(kRows), {}))),
                    TemplateError);
    CHECK(made > 300);
    CHECK(made < 700);
}
