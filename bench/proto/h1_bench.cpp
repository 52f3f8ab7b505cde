// SPDX-License-Identifier: MIT
/// \file
/// What one request and its answer cost in the HTTP/1.1 reader, the request head and the writer.
#include <pottle/gateway/request_head.hpp>
#include <pottle/proto/h1/reader.hpp>
#include <pottle/proto/h1/writer.hpp>

#include <memory>
#include <string>

#include <benchmark/benchmark.h>

using namespace pottle;

namespace {

constexpr std::string_view kPlaintext = "GET /plaintext HTTP/1.1\r\nHost: 127.0.0.1:9000\r\n\r\n";

constexpr std::string_view kBrowser =
    "GET /articles/2024/11/how-to-brew?ref=front&page=2 HTTP/1.1\r\n"
    "Host: www.example.org\r\n"
    "Connection: keep-alive\r\n"
    "Cache-Control: max-age=0\r\n"
    "Upgrade-Insecure-Requests: 1\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Safari/537.36\r\n"
    "Accept: "
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\n"
    "Referer: https://www.example.org/articles\r\n"
    "Accept-Encoding: gzip, deflate, br, zstd\r\n"
    "Accept-Language: en-US,en;q=0.9\r\n"
    "Cookie: session=eyJhIjoxfQ.ZxYw.abcdefghijklmnopqrstuvwxyz0123456789\r\n"
    "\r\n";

constexpr std::string_view kPreset = "server: pottle\r\ndate: Sun, 06 Nov 1994 08:49:37 GMT\r\n";

void read_head(benchmark::State& state, std::string_view wire) {
    const h1::Limits limits;
    const auto scratch = std::make_unique<h1::HeadScratch>();
    h1::Reader reader(limits);
    h1::Head head;
    for (auto _ : state) {
        benchmark::DoNotOptimize(wire.data());
        h1::Event event = reader.next(wire, head, *scratch);
        benchmark::DoNotOptimize(event);
        event = reader.next({}, head, *scratch);
        benchmark::DoNotOptimize(event);
        reader.next_message();
    }
    state.counters["bytes"] = static_cast<double>(wire.size());
}

void assign_head(benchmark::State& state, std::string_view wire) {
    const h1::Limits limits;
    const auto scratch = std::make_unique<h1::HeadScratch>();
    h1::Reader reader(limits);
    h1::Head head;
    (void)reader.next(wire, head, *scratch);
    const gateway::ConnectionFacts connection;
    gateway::RequestHead request;
    for (auto _ : state) {
        request.assign({head.method, head.version, head.method_text, head.target, head.path,
                        head.query, head.authority, head.fields},
                       connection);
        benchmark::DoNotOptimize(request);
        benchmark::ClobberMemory();
    }
}

void write_response(benchmark::State& state) {
    std::string out;
    out.reserve(4096);
    h1::Writer writer;
    for (auto _ : state) {
        out.clear();
        writer.begin({});
        writer.write_response(out, {.content_type = "text/plain"}, "Hello, World!", kPreset);
        benchmark::DoNotOptimize(out.data());
        benchmark::ClobberMemory();
    }
}

void write_response_with_fields(benchmark::State& state) {
    std::string out;
    out.reserve(4096);
    const Headers headers{{"cache-control", "no-store"},
                          {"x-request-id", "0123456789abcdef"},
                          {"vary", "accept-encoding"},
                          {"set-cookie", "session=abc; Path=/; HttpOnly"}};
    h1::Writer writer;
    for (auto _ : state) {
        out.clear();
        writer.begin({});
        writer.write_response(out, {.content_type = "text/html", .headers = &headers},
                              "Hello, World!", kPreset);
        benchmark::DoNotOptimize(out.data());
        benchmark::ClobberMemory();
    }
}

void add_header(benchmark::State& state) {
    Headers headers;
    for (auto _ : state) {
        headers.clear();
        headers.add("cache-control", "no-store");
        headers.add("content-language", "en");
        benchmark::DoNotOptimize(headers);
    }
    state.counters["fields"] = 2;
}

/// The 600-byte head one byte at a time: the time a byte must not grow with the head.
void read_head_bytewise(benchmark::State& state) {
    const h1::Limits limits;
    const auto scratch = std::make_unique<h1::HeadScratch>();
    h1::Reader reader(limits);
    h1::Head head;
    for (auto _ : state) {
        for (std::size_t size = 1; size <= kBrowser.size(); ++size)
            benchmark::DoNotOptimize(reader.next(kBrowser.substr(0, size), head, *scratch));
        benchmark::DoNotOptimize(reader.next({}, head, *scratch));
        reader.next_message();
    }
}

}  // namespace

BENCHMARK_CAPTURE(read_head, plaintext, kPlaintext);
BENCHMARK_CAPTURE(read_head, browser, kBrowser);
BENCHMARK(read_head_bytewise);
BENCHMARK_CAPTURE(assign_head, plaintext, kPlaintext);
BENCHMARK_CAPTURE(assign_head, browser, kBrowser);
BENCHMARK(add_header);
BENCHMARK(write_response);
BENCHMARK(write_response_with_fields);
