// SPDX-License-Identifier: MIT
/// \file
/// The parsers of field values, queries and forms on any bytes: no crash, bounded output, valid
/// UTF-8 where that is promised, and what is written is read back the same.
///
/// The first byte chooses the parser.
#include <pottle/base/ascii.hpp>
#include <pottle/base/utf8.hpp>
#include <pottle/http/accept.hpp>
#include <pottle/http/authority.hpp>
#include <pottle/http/cache_control.hpp>
#include <pottle/http/conditional.hpp>
#include <pottle/http/content_disposition.hpp>
#include <pottle/http/cookies.hpp>
#include <pottle/http/date.hpp>
#include <pottle/http/file_name.hpp>
#include <pottle/http/media_type.hpp>
#include <pottle/http/mime.hpp>
#include <pottle/http/range.hpp>
#include <pottle/http/server_sent_event.hpp>
#include <pottle/http/url.hpp>

#include <cstdint>
#include <cstdlib>

using namespace pottle;
using namespace pottle::http;

namespace {

void demand(bool condition) {
    if (!condition) std::abort();
}

void demand_text(const MultiDict& dict) {
    for (const auto& [name, value] : dict) demand(utf8::is_valid(name) && utf8::is_valid(value));
}

void url(std::string_view text) {
    const MultiDict arguments = decode_query(text);
    demand_text(arguments);
    demand(decode_query(encode_query(arguments)) == arguments);
    demand(percent_decode(percent_encode(text)) == text);
    demand(percent_decode(encode_path(text)) == text);
    demand(utf8::is_valid(decode_path(text)));
    if (const auto form = parse_form(text, {.size = 1000, .fields = 5})) demand(form->size() <= 5);
}

void cookies(std::string_view text) {
    const MultiDict parsed = parse_cookies(text);
    demand_text(parsed);
    for (const auto& [name, value] : parsed) {
        if (name.contains("\xef\xbf\xbd")) continue;
        const auto sent = find_cookie(text, name);
        demand(sent.has_value());
        if (!sent->starts_with('"'))
            demand(utf8::replace_invalid(std::string(*sent)) == parsed.at(name));
    }
    const std::string value = utf8::replace_invalid(std::string(text));
    const std::string written = format_set_cookie({.name = "n", .value = value, .path = ""});
    for (const char c : written) demand(c >= 0x20 && c < 0x7f && c != ';' && c != ',');
    demand(parse_cookies(written) == MultiDict{{"n", value}});
}

void dates(std::string_view text) {
    if (const auto seconds = parse_http_date(text))
        demand(parse_http_date(format_http_date(*seconds)) == seconds);
}

void media_types(std::string_view text) {
    const auto media_type = parse_media_type(text);
    if (media_type) demand(parse_media_type(media_type->essence())->is(media_type->essence()));
    constexpr std::string_view kOffers[] = {"text/html", "application/json; charset=utf-8"};
    const auto best = Accept::parse(text).best(kOffers);
    demand(!best || *best < 2);
    for (const Preference& preference : parse_preferences(text)) demand(preference.weight <= 1000);
    (void)best_preference(text, kOffers, '-');
    demand(!content_type_of(text).empty());
}

void conditions(std::string_view text) {
    if (const auto tag = parse_entity_tag(text)) demand(parse_entity_tag(tag->text()) == tag);
    const Validators current{.entity_tag = EntityTag{"a", false}, .last_modified = 784111777};
    (void)evaluate(Method::Get, {.if_none_match = text, .if_unmodified_since = text}, current);
    (void)if_range_holds(text, current);
}

void ranges(std::string_view text) {
    constexpr std::uint64_t kSize = 1000;
    const RangeRequest request = parse_range(text, kSize);
    demand(request.ranges.size() <= kMaxRanges);
    for (const ByteRange& range : request.ranges)
        demand(range.length > 0 && range.first < kSize && range.length <= kSize - range.first);
}

void authorities(std::string_view text) {
    const auto authority = parse_authority(text);
    if (!authority) return;
    demand(!authority->host.empty() && text.starts_with(authority->host));
    demand(parse_authority(authority->host).has_value());
}

void dispositions(std::string_view text) {
    const auto field = parse_content_disposition(text);
    if (field && field->name) demand(utf8::is_valid(*field->name));
    if (field && field->filename) demand(utf8::is_valid(*field->filename));
    std::string name = utf8::replace_invalid(std::string(text));
    const std::string written = format_content_disposition("attachment", name);
    for (const char c : written) demand(c >= 0x20 && c < 0x7f);
    for (char& c : name)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '_';
    // A plain name with %22 in it is read as browsers write quotes.
    if (!name.contains("%22")) demand(parse_content_disposition(written)->filename == name);
}

void directives(std::string_view text) {
    const CacheControl parsed = CacheControl::parse(text);
    demand(CacheControl::parse(parsed.text()) == parsed);
    const AcceptedValues accepted(AcceptedValues::Kind::Language, text);
    demand(accepted.quality("en") <= 1);
    (void)accepted.best_match({"en", "de-AT"});
    if (const auto field = RangeField::parse(text)) demand(field->ranges.size() <= kMaxRanges);
}

void file_names(std::string_view text) {
    for (const char c : secure_filename(text))
        demand(ascii::is_alnum(c) || c == '.' || c == '-' || c == '_');
    if (const auto path = safe_relative_path(text)) {
        demand(!path->empty() && path->front() != '/' && path->back() != '/');
        demand(*path != ".." && !path->starts_with("../") && !path->contains("/../") &&
               !path->ends_with("/.."));
        demand(safe_relative_path(*path) == path);
    }
}

void events(std::string_view text) {
    const std::string all(text);
    const std::string written =
        ServerSentEvent{.data = all, .event = "e" + all, .id = "i" + all}.text();
    demand(!written.contains('\r') && written.ends_with("\n\n"));
    demand(written.find("\n\n") == written.size() - 2);  // one event, whatever its text
}

void unicode(std::string_view text) {
    const std::string repaired = utf8::replace_invalid(std::string(text));
    demand(utf8::is_valid(repaired));
    demand(repaired.size() <= 3 * text.size());
    demand(utf8::is_valid(text) == (repaired == text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    switch (data[0] % 12) {
        case 0:
            url(text);
            break;
        case 1:
            cookies(text);
            break;
        case 2:
            dates(text);
            break;
        case 3:
            media_types(text);
            break;
        case 4:
            conditions(text);
            break;
        case 5:
            ranges(text);
            break;
        case 6:
            authorities(text);
            break;
        case 8:
            dispositions(text);
            break;
        case 9:
            directives(text);
            break;
        case 10:
            file_names(text);
            break;
        case 11:
            events(text);
            break;
        default:
            unicode(text);
            break;
    }
    return 0;
}
