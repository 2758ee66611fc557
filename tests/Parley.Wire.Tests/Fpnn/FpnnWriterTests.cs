using FsCheck;
using FsCheck.Fluent;
using Parley.Wire.Fpnn;
using Parley.Wire.MessagePack;

namespace Parley.Wire.Tests.Fpnn;

public sealed class FpnnWriterTests
{
    [Fact]
    public void The_shortest_and_the_longest_method_name_are_written_and_read()
    {
        foreach (var length in new[] { 1, 127, 128, 255 })
        {
            var method = Enumerable.Repeat((byte)'m', length).ToArray();
            foreach (var type in new[] { FpnnMessageType.OneWayQuest, FpnnMessageType.TwoWayQuest })
            {
                var bytes = Hex.Written(w => FpnnWriter.WriteQuest(w, type, 7, method, []));
                Assert.Equal(FpnnReadStatus.Package, FpnnFraming.TryRead(bytes, 1000, out var package, out _, out _));
                Assert.Equal(method, package.Method.ToArray());
                Assert.Equal("80", Hex.Text(package.Payload));
                Assert.True(bytes.Length >= FpnnFraming.MinPackageLength);
            }
        }
    }

    [Fact]
    public void A_method_name_that_does_not_fit_is_refused_before_anything_is_written()
    {
        using var writer = new PooledBufferWriter();
        Assert.Throws<ArgumentException>(() => FpnnWriter.WriteQuest(writer, FpnnMessageType.TwoWayQuest, 1, new byte[256], []));
        Assert.Throws<ArgumentException>(() => FpnnWriter.WriteQuest(writer, FpnnMessageType.TwoWayQuest, 1, [], []));
        Assert.Throws<ArgumentException>(() => FpnnWriter.BeginQuest(writer, FpnnMessageType.OneWayQuest, 1, new byte[256]));
        Assert.Throws<ArgumentException>(() => FpnnWriter.BeginQuest(writer, FpnnMessageType.Answer, 1, "a"u8));
        Assert.Equal(0, writer.WrittenCount);
    }

    [Theory]
    [InlineData(FpnnEncoding.MessagePack, "80", "80")]
    [InlineData(FpnnEncoding.Json, "40", "7b7d")]
    public void An_empty_payload_is_written_as_the_empty_map(FpnnEncoding encoding, string flag, string payload)
    {
        var size = payload == "80" ? "01000000" : "02000000";
        var answer = Hex.Plain($"46504e4e 01 {flag} 02 00 {size} 05000000 {payload}");
        var quest = Hex.Plain($"46504e4e 01 {flag} 01 01 {size} 05000000 61 {payload}");
        var push = Hex.Plain($"46504e4e 01 {flag} 00 01 {size} 61 {payload}");
        Assert.Equal(answer, Hex.Text(Hex.Written(w => FpnnWriter.WriteAnswer(w, 5, [], encoding))));
        Assert.Equal(answer, Hex.Text(Hex.Written(w => FpnnWriter.End(w, FpnnWriter.BeginAnswer(w, 5, encoding: encoding)))));
        Assert.Equal(quest, Hex.Text(Hex.Written(w => FpnnWriter.WriteQuest(w, FpnnMessageType.TwoWayQuest, 5, "a"u8, [], encoding))));
        Assert.Equal(quest, Hex.Text(Hex.Written(w => FpnnWriter.End(
            w, FpnnWriter.BeginQuest(w, FpnnMessageType.TwoWayQuest, 5, "a"u8, encoding)))));
        Assert.Equal(push, Hex.Text(Hex.Written(w => FpnnWriter.End(
            w, FpnnWriter.BeginQuest(w, FpnnMessageType.OneWayQuest, 5, "a"u8, encoding)))));
    }

    [Fact]
    public void Packages_are_begun_and_ended_behind_each_other_in_one_writer()
    {
        var bytes = Hex.Written(w =>
        {
            for (var i = 1u; i <= 3; i++)
            {
                var start = FpnnWriter.BeginQuest(w, FpnnMessageType.TwoWayQuest, i, "push"u8);
                var pack = new MessagePackWriter(w);
                pack.WriteMapHeader(1);
                pack.WriteString("n"u8);
                pack.Write(i);
                pack.Flush();
                FpnnWriter.End(w, start);
            }
        });
        Assert.Equal(3 * 24, bytes.Length);
        Assert.EndsWith("0400000003000000" + "7075736881a16e03", Hex.Text(bytes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(0x40000000u)]
    [InlineData(uint.MaxValue)]
    public void The_full_range_of_sequence_numbers_is_carried(uint sequence)
    {
        FpnnFraming.TryRead(Hex.Written(w => FpnnWriter.WriteAnswer(w, sequence, [])), 100, out var package, out _, out _);
        Assert.Equal(sequence, package.SequenceNumber);
        FpnnFraming.TryRead(
            Hex.Written(w => FpnnWriter.WriteQuest(w, FpnnMessageType.TwoWayQuest, sequence, "a"u8, [])), 100, out package, out _, out _);
        Assert.Equal(sequence, package.SequenceNumber);
        Assert.Equal(0, package.Status);
    }

    [Fact]
    public void Any_package_written_is_read_back()
    {
        var packages = from type in Gen.Elements(FpnnMessageType.OneWayQuest, FpnnMessageType.TwoWayQuest, FpnnMessageType.Answer)
                       from sequence in ArbMap.Default.GeneratorFor<uint>()
                       from method in Gen.Choose(1, 255).SelectMany(n => ArbMap.Default.GeneratorFor<byte>().ArrayOf(n))
                       from payload in ArbMap.Default.GeneratorFor<byte[]>()
                       from json in ArbMap.Default.GeneratorFor<bool>()
                       select (type, sequence, method, payload, json);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(packages.ToArbitrary(), x =>
        {
            var encoding = x.json ? FpnnEncoding.Json : FpnnEncoding.MessagePack;
            var bytes = Hex.Written(w =>
            {
                if (x.type == FpnnMessageType.Answer)
                    FpnnWriter.WriteAnswer(w, x.sequence, x.payload, encoding);
                else
                    FpnnWriter.WriteQuest(w, x.type, x.sequence, x.method, x.payload, encoding);
            });
            if (FpnnFraming.TryRead(bytes, int.MaxValue, out var package, out var consumed, out _) != FpnnReadStatus.Package)
                return false;
            return consumed == bytes.Length
                && package.Type == x.type
                && package.Encoding == encoding
                && package.SequenceNumber == (x.type == FpnnMessageType.OneWayQuest ? 0 : x.sequence)
                && (x.type == FpnnMessageType.Answer ? package.Method.IsEmpty : package.Method.SequenceEqual(x.method))
                && (x.payload.Length == 0 || package.Payload.SequenceEqual(x.payload));
        }));
    }
}
