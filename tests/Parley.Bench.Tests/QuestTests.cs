using System.Security.Cryptography;
using System.Text;
using Parley.Bench.Client;
using Parley.Testing;
using Parley.Wire.Fpnn;

namespace Parley.Bench.Tests;

public sealed class QuestTests
{
    [Fact]
    public void A_template_writes_a_whole_quest_with_the_numbers_of_this_use()
    {
        var template = QuestTemplate.Send("sendgroupmsg", "gid", 77, bodyBytes: 100);
        foreach (var (sequence, mid) in new[] { (1u, 5L), (0xffff_ffffu, long.MaxValue), (300u, 1L << 40) })
        {
            var bytes = new byte[template.Length];
            template.Write(bytes, sequence, mid);

            Assert.Equal(FpnnReadStatus.Package, FpnnFraming.TryRead(bytes, 1 << 20, out var package, out var consumed, out _));
            Assert.Equal(bytes.Length, consumed);
            Assert.Equal((FpnnMessageType.TwoWayQuest, sequence), (package.Type, package.SequenceNumber));
            Assert.True(package.Method.SequenceEqual("sendgroupmsg"u8));
            Assert.Equal((mid, 77L), (Frames.Number(package.Payload, "mid"u8), Frames.Number(package.Payload, "gid"u8)));
        }
    }

    [Fact]
    public void A_back_ends_quest_is_signed_anew_for_each_use_without_allocating()
    {
        var template = new SignedTemplate(1000, "s\u00e4cret", 5, 6, bodyBytes: 100);
        var bytes = new byte[template.Length];
        foreach (var (mid, salt, seconds) in new[] { (1L, 1L, 1_700_000_000L), (long.MaxValue, (3L << 40) + 7, 1_700_000_001), (2, long.MaxValue, 1) })
        {
            template.Write(bytes, 77, mid, salt, seconds);
            Assert.Equal(FpnnReadStatus.Package, FpnnFraming.TryRead(bytes, 1 << 20, out var package, out var consumed, out _));
            Assert.Equal((bytes.Length, 77u), (consumed, package.SequenceNumber));
            Assert.True(package.Method.SequenceEqual("sendmsg"u8));
            foreach (var (key, value) in new[] { ("pid", 1000), ("salt", salt), ("ts", seconds), ("from", 5), ("to", 6), ("mid", mid) })
                Assert.Equal(value, Frames.Number(package.Payload, Encoding.ASCII.GetBytes(key)));
            var sign = Convert.ToHexString(MD5.HashData(Encoding.UTF8.GetBytes($"1000:s\u00e4cret:{salt}:sendmsg:{seconds}")));
            Assert.True(package.Payload.IndexOf(Encoding.ASCII.GetBytes(sign)) > 0);
        }
        Assert.Equal(0, Allocations.Least(100, i => template.Write(bytes, 1, i, i, 1)));
    }

    [Fact]
    public void A_receipt_is_the_empty_answer()
    {
        var bytes = new byte[Frames.ReceiptLength];
        Frames.Receipt(bytes, 0x4000_0001);
        Assert.Equal(FpnnReadStatus.Package, FpnnFraming.TryRead(bytes, 1 << 20, out var package, out _, out _));
        Assert.Equal((FpnnMessageType.Answer, 0x4000_0001u, false), (package.Type, package.SequenceNumber, package.IsError));
        Assert.True(package.Payload.SequenceEqual((ReadOnlySpan<byte>)[0x80]));
    }

    [Fact]
    public void An_error_answer_is_told_with_code_and_text()
    {
        var payload = new System.Buffers.ArrayBufferWriter<byte>();
        FpnnWriter.WriteErrorPayload(payload, 200010, "frequency limited");
        Assert.Equal("200010 frequency limited", Frames.ErrorText(payload.WrittenSpan));
        Assert.False(Frames.IsOk(payload.WrittenSpan));
    }

    [Fact]
    public void A_place_is_free_again_once_its_quest_was_answered()
    {
        var slots = new QuestSlots(2);
        var first = slots.Take(100);
        var second = slots.Take(200);
        Assert.False(slots.HasFree);
        Assert.True(slots.TryRelease(second, out var sentAt));
        Assert.Equal((200, 1), (sentAt, slots.Waiting));
        Assert.False(slots.TryRelease(second, out _));
        Assert.False(slots.TryRelease(0, out _));
        Assert.False(slots.TryRelease(99, out _));
        Assert.Equal(second, slots.Take(300));
        Assert.True(slots.TryRelease(first, out sentAt));
        Assert.Equal(100, sentAt);
    }

    [Fact]
    public void More_connections_than_open_files_are_refused_with_the_reason()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the limit is known on Linux only");
        Assert.Contains("ulimit -n", Assert.Throws<BenchException>(static () => OpenFiles.Check(int.MaxValue)).Message, StringComparison.Ordinal);
        OpenFiles.Check(1);
    }
}
