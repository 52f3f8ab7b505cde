// SPDX-License-Identifier: MIT
#include "section_decoder.hpp"

#include <new>

#include <nghttp3/nghttp3.h>

namespace pottle::h3 {

namespace {
constexpr std::size_t kFieldOverhead = 32;  // RFC 9114 4.2.2

const std::uint8_t* octets_of(std::string_view text) noexcept {
    return reinterpret_cast<const std::uint8_t*>(text.data());
}
}  // namespace

FieldSection::FieldSection(StreamId stream, std::size_t limit) : limit_(limit) {
    if (nghttp3_qpack_stream_context_new(&context_, stream, nghttp3_mem_default()) != 0)
        throw std::bad_alloc();
}

FieldSection::~FieldSection() {
    for (nghttp3_rcbuf* buffer : fields_) nghttp3_rcbuf_decref(buffer);
    nghttp3_qpack_stream_context_del(context_);
}

std::uint64_t FieldSection::required_inserts() const noexcept {
    return nghttp3_qpack_stream_context_get_ricnt(context_);
}

std::string_view FieldSection::text(const nghttp3_rcbuf* buffer) noexcept {
    const nghttp3_vec octets = nghttp3_rcbuf_get_buf(buffer);
    return {reinterpret_cast<const char*>(octets.base), octets.len};
}

SectionDecoder::SectionDecoder(std::size_t table_capacity, std::size_t blocked_streams) {
    if (nghttp3_qpack_decoder_new(&decoder_, table_capacity, blocked_streams,
                                  nghttp3_mem_default()) != 0)
        throw std::bad_alloc();
}

SectionDecoder::~SectionDecoder() {
    nghttp3_qpack_decoder_del(decoder_);
}

SectionDecoder::State SectionDecoder::decode(FieldSection& section, std::string_view& input,
                                             bool last) {
    for (;;) {
        nghttp3_qpack_nv field;
        std::uint8_t flags = 0;
        const nghttp3_ssize taken = nghttp3_qpack_decoder_read_request(
            decoder_, section.context_, &field, &flags, octets_of(input), input.size(), last);
        if (taken < 0) return State::Failed;
        input.remove_prefix(static_cast<std::size_t>(taken));
        if (flags & NGHTTP3_QPACK_DECODE_FLAG_BLOCKED) return State::Blocked;
        if (flags & NGHTTP3_QPACK_DECODE_FLAG_FINAL) return State::Complete;
        if (!(flags & NGHTTP3_QPACK_DECODE_FLAG_EMIT)) return last ? State::Failed : State::More;
        section.bytes_ += FieldSection::text(field.name).size() +
                          FieldSection::text(field.value).size() + kFieldOverhead;
        if (section.too_large()) {
            nghttp3_rcbuf_decref(field.name);
            nghttp3_rcbuf_decref(field.value);
        } else {
            section.fields_.push_back(field.name);
            section.fields_.push_back(field.value);
        }
    }
}

bool SectionDecoder::on_encoder_stream(std::string_view octets) {
    const nghttp3_ssize taken =
        nghttp3_qpack_decoder_read_encoder(decoder_, octets_of(octets), octets.size());
    return taken == static_cast<nghttp3_ssize>(octets.size());
}

std::uint64_t SectionDecoder::inserts() const noexcept {
    return nghttp3_qpack_decoder_get_icnt(decoder_);
}

void SectionDecoder::cancel(StreamId stream) {
    nghttp3_qpack_decoder_cancel_stream(decoder_, stream);
}

void SectionDecoder::take_output(std::string& out) {
    const std::size_t size = nghttp3_qpack_decoder_get_decoder_streamlen(decoder_);
    if (size == 0) return;
    const std::size_t before = out.size();
    out.resize(before + size);
    auto* begin = reinterpret_cast<std::uint8_t*>(out.data() + before);
    nghttp3_buf buffer{begin, begin + size, begin, begin};
    nghttp3_qpack_decoder_write_decoder(decoder_, &buffer);
    out.resize(before + static_cast<std::size_t>(buffer.last - buffer.pos));
}

}  // namespace pottle::h3
