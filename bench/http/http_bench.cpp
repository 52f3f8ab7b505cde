// SPDX-License-Identifier: MIT
/// \file
/// The multipart reader on an upload of 16 MiB that arrives in pieces of 64 KiB.
/// Target: 1 GB/s.
#include <pottle/http/multipart.hpp>

#include <cstdint>
#include <string>
#include <string_view>

#include <benchmark/benchmark.h>

namespace {

using namespace pottle::http;

constexpr std::size_t kPiece = 64 * 1024;
constexpr std::size_t kContent = 16 * 1024 * 1024;
constexpr std::string_view kBoundary = "----WebKitFormBoundary7MA4YWxkTrZu0gW";

/// One part with `content`.
std::string body_of(const std::string& content) {
    const std::string delimiter = "--" + std::string(kBoundary);
    return delimiter +
           "\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n"
           "Content-Type: application/octet-stream\r\n\r\n" +
           content + "\r\n" + delimiter + "--\r\n";
}

std::string random_octets() {
    std::string out(kContent, '\0');
    std::uint32_t seed = 1;
    for (char& c : out) {
        seed = seed * 1664525 + 1013904223;
        c = static_cast<char>(seed >> 24);
    }
    return out;
}

std::string lines() {
    std::string out;
    while (out.size() < kContent) out += "2026-11-22;Lager;4.8;a line of an ordinary export\r\n";
    return out;
}

/// Beside the content that the reader is given: nearly delimiters.
std::string lookalikes() {
    std::string out;
    while (out.size() < kContent) out += "\r\n------WebKitFormBoundary7MA4YWxkTrZu0g";
    return out;
}

void read(benchmark::State& state, const std::string& body) {
    using Kind = MultipartReader::Event::Kind;
    std::string buffer;
    for (auto _ : state) {
        MultipartReader reader(kBoundary);
        std::string_view rest = body;
        std::size_t content = 0;
        buffer.clear();
        for (bool over = false; !over;) {
            const std::size_t size = rest.size() < kPiece ? rest.size() : kPiece;
            buffer += rest.substr(0, size);
            rest.remove_prefix(size);
            std::string_view input = buffer;
            while (true) {
                const MultipartReader::Event event = reader.next(input);
                if (event.kind == Kind::NeedMore) break;
                if (event.kind == Kind::Data) content += event.data.size();
                over = event.kind == Kind::End || event.kind == Kind::Error;
                if (over) break;
            }
            buffer.erase(0, buffer.size() - input.size());
        }
        if (content < kContent) state.SkipWithError("content is missing");
        benchmark::DoNotOptimize(content);
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}

void multipart_octets(benchmark::State& state) {
    read(state, body_of(random_octets()));
}
void multipart_lines(benchmark::State& state) {
    read(state, body_of(lines()));
}
void multipart_lookalikes(benchmark::State& state) {
    read(state, body_of(lookalikes()));
}
BENCHMARK(multipart_octets);
BENCHMARK(multipart_lines);
BENCHMARK(multipart_lookalikes);

}  // namespace
