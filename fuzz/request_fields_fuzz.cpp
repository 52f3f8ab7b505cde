// SPDX-License-Identifier: MIT
/// \file
/// Fields of HTTP/2 and HTTP/3 requests. Any header blocks decompress to fields or fail; reading
/// and skipping a block agree; what the checks accept has no octet that could end a line or begin
/// another field, and comes back the same from our own compressor.
///
/// The first octet chooses: header blocks (each behind two octets of length) for HPACK, or fields
/// in the plain (each text behind one octet of length), which reach the checks sooner.
#include <pottle/http/request_fields.hpp>
#include <pottle/http/token.hpp>
#include <pottle/proto/h2/hpack_decoder.hpp>
#include <pottle/proto/h2/hpack_encoder.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>

using namespace pottle;

namespace {

void demand(bool condition) {
    if (!condition) std::abort();
}

bool has_control(std::string_view text) {
    return std::ranges::any_of(
        text, [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; });
}

/// RFC 9113 8.2.1, written down a second time, without tables.
void demand_field(std::string_view name, std::string_view value) {
    demand(!name.empty());
    for (const unsigned char c : name)
        demand(c > 0x20 && c < 0x7f && c != ':' && !(c >= 'A' && c <= 'Z'));
    demand(!has_control(value));
    if (value.empty()) return;
    for (const char c : {value.front(), value.back()}) demand(c != ' ' && c != '\t');
}

void demand_request(const http::RequestParts& parts, const http::RequestFields::Limits& limits) {
    demand(http::is_token(parts.method_text));
    demand(!parts.authority.empty() && !has_control(parts.authority));
    demand(parts.authority.find_first_of(" /?#@") == parts.authority.npos);
    demand(!parts.target.empty() && !has_control(parts.target));
    demand(parts.target.find_first_of(" #") == parts.target.npos);
    demand(parts.protocol.empty() || (limits.extended_connect && parts.method_text == "CONNECT"));
    if (parts.method_text != "CONNECT" || !parts.protocol.empty())
        demand(parts.target.size() <= limits.path &&
               (parts.target.front() == '/' || parts.target == "*"));
    demand(parts.fields.size() <= limits.fields + 1);
    std::size_t hosts = 0;
    for (const http::Field& field : parts.fields) {
        demand_field(field.name, field.value);
        demand(!http::is_connection_field(field.name));
        hosts += field.name == "host";
    }
    demand(hosts == 1);
}

void demand_trip(http::Fields fields, h2::HpackEncoder& encoder, h2::HpackDecoder& decoder) {
    std::size_t bound = h2::HpackEncoder::kBeginBound;
    for (const http::Field& field : fields)
        bound += h2::HpackEncoder::bound(field.name, field.value);
    const auto block = std::make_unique<char[]>(bound);  // its end is seen by the sanitizer
    char* at = encoder.begin(block.get());
    for (const http::Field& field : fields) at = encoder.put(at, field.name, field.value);
    demand(at <= block.get() + bound);
    h2::FieldArena arena;
    decoder.begin({block.get(), at});
    http::Field read;
    for (const http::Field& field : fields) {
        demand(decoder.next(read, arena) == h2::HpackDecoder::Step::Field);
        demand(read.name == field.name && read.value == field.value);
    }
    demand(decoder.next(read, arena) == h2::HpackDecoder::Step::End);
}

class Checker {
public:
    explicit Checker(unsigned bits)
        : limits_{.list_size = (bits & 2) != 0 ? 64U * 1024 : 300U,
                  .fields = (bits & 4) != 0 ? 256U : 5U,
                  .path = (bits & 8) != 0 ? 8192U : 30U,
                  .extended_connect = (bits & 16) != 0} {}

    void begin() { request_.begin(limits_); }
    void add(http::Field field) {
        request_.add(field.name, field.value);
        if (http::check_trailer(field.name, field.value) == nullptr) {
            demand_field(field.name, field.value);
            demand(!http::is_forbidden_trailer(field.name));
        }
    }
    void conclude() {
        http::RequestParts parts;
        const bool failed = request_.failed();
        const Result<> judged = request_.conclude(parts);
        demand(!failed || !judged);
        if (judged) {
            demand(request_.list_size() <= limits_.list_size);
            demand_request(parts, limits_);
            demand_trip(parts.fields, encoder_, decoder_);
        } else {
            const Error& error = judged.error();
            demand(error.blame == Blame::Peer && error.status >= 400 && error.status < 500);
        }
    }

private:
    const http::RequestFields::Limits limits_;
    http::RequestFields request_;
    h2::HpackEncoder encoder_;
    h2::HpackDecoder decoder_;
};

/// Takes `prefix` octets of length and as much text, less when less is left.
std::string_view take(std::string_view& input, unsigned prefix) {
    std::size_t length = 0;
    for (; prefix > 0 && !input.empty(); --prefix, input.remove_prefix(1))
        length = length << 8 | static_cast<unsigned char>(input[0]);
    const std::string_view text = input.substr(0, length);
    input.remove_prefix(text.size());
    return text;
}

void check_blocks(std::string_view input, Checker& checker) {
    using Step = h2::HpackDecoder::Step;
    h2::HpackDecoder reading;
    h2::HpackDecoder skipping;
    while (!input.empty()) {
        const std::string_view block = take(input, 2);
        h2::FieldArena arena;
        h2::FieldArena skipped;
        reading.begin(block);
        skipping.begin(block);
        checker.begin();
        for (;;) {
            http::Field field;
            std::size_t size = 0;
            const Step step = reading.next(field, arena);
            demand(skipping.skip(size, skipped) == step);
            if (step == Step::Failed) return;
            if (step == Step::End) break;
            demand(size ==
                   field.name.size() + field.value.size() + h2::DynamicTable::kEntryOverhead);
            checker.add(field);
        }
        checker.conclude();
    }
}

void check_plain(std::string_view input, Checker& checker) {
    checker.begin();
    while (!input.empty()) {
        const std::string_view name = take(input, 1);
        checker.add({name, take(input, 1)});
    }
    checker.conclude();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
    Checker checker(data[0]);
    if ((data[0] & 1) != 0)
        check_blocks(input, checker);
    else
        check_plain(input, checker);
    return 0;
}
