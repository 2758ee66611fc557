using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Parley.Wire.Fpnn;
using Parley.Wire.MessagePack;
using Parley.Wire.Tests.MessagePack;

namespace Parley.Wire.Tests.Fpnn;

public sealed class FpnnParametersScanTests
{
    // One entry "k" with this value.
    private static byte[] K(string value) => Hex.Bytes("81a16b" + value);

    private static byte[] Pack(object? map) => MessagePackValueGenerator.Encode(map);

    [Theory]
    [InlineData("80", true)]
    [InlineData("de0000", true)]
    [InlineData("df00000000", true)]
    [InlineData("90", true)]
    [InlineData("dc0000", true)]
    [InlineData("81a16b05ff", true)] // bytes behind the map are ignored
    [InlineData("80c1", true)]
    [InlineData("", false)]
    [InlineData("91c0", false)]
    [InlineData("01", false)]
    [InlineData("c0", false)]
    [InlineData("c1", false)]
    [InlineData("a3616263", false)]
    [InlineData("81", false)]
    [InlineData("81a16b", false)]
    [InlineData("81a16bc1", false)]
    [InlineData("81c105", false)]
    [InlineData("82a16b05", false)]
    [InlineData("82a16b05a16c", false)]
    [InlineData("81a16bcd00", false)]
    [InlineData("81a56b05", false)]
    [InlineData("81c4056b", false)]
    [InlineData("8105", false)]
    [InlineData("dfffffffff", false)]
    [InlineData("df00001001a16b05", false)]
    public void The_root_is_one_well_formed_map(string payload, bool expected)
    {
        Assert.Equal(expected, FpnnParameters.TryParse(Hex.Bytes(payload), out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(23)]
    [InlineData(24)]
    [InlineData(25)]
    [InlineData(100)]
    [InlineData(4095)]
    [InlineData(4096)]
    public void Any_number_of_entries_up_to_4096_is_found(int count)
    {
        var payload = Pack(Enumerable.Range(0, count).Select(i => KeyValuePair.Create("key" + i, (object?)(long)i)).ToArray());
        Assert.True(FpnnParameters.TryParse(payload, out var p));
        Assert.Equal(count, p.Count);
        for (var i = 0; i < count; i++)
            Assert.Equal(i, p.Int64(Encoding.UTF8.GetBytes("key" + i)));
        Assert.False(p.Failed);
        Assert.False(p.Has(Encoding.UTF8.GetBytes("key" + count)));
    }

    [Fact]
    public void More_than_4096_entries_are_refused()
    {
        var payload = Pack(Enumerable.Range(0, 4097).Select(i => KeyValuePair.Create("key" + i, (object?)(long)i)).ToArray());
        Assert.False(FpnnParameters.TryParse(payload, out _));
    }

    [Fact]
    public void Values_are_nested_up_to_64_with_the_root()
    {
        Assert.True(FpnnParameters.TryParse(K(string.Concat(Enumerable.Repeat("91", 63)) + "05"), out _));
        Assert.False(FpnnParameters.TryParse(K(string.Concat(Enumerable.Repeat("91", 64)) + "05"), out _));
        Assert.True(FpnnParameters.TryParse(Hex.Bytes("81" + string.Concat(Enumerable.Repeat("91", 63)) + "0505"), out _));
        Assert.False(FpnnParameters.TryParse(Hex.Bytes("81" + string.Concat(Enumerable.Repeat("91", 64)) + "0505"), out _));
    }

    [Fact]
    public void JSON_packages_are_asked_like_MessagePack_ones()
    {
        using var scratch = new PooledBufferWriter();
        scratch.Write([1, 2, 3]);
        var bytes = Hex.Written(w => FpnnWriter.WriteQuest(
            w, FpnnMessageType.TwoWayQuest, 1, "m"u8, """{"to":5,"msg":"é\n","list":[1,"2",3.0],"no":null}"""u8, FpnnEncoding.Json));
        FpnnFraming.TryRead(bytes, 1000, out var package, out _, out _);
        Assert.True(FpnnParameters.TryParse(package, scratch, out var p));
        Assert.Equal(5, p.Int64("to"u8));
        Assert.Equal("é\n", p.String("msg"u8));
        Assert.Equal([1, 2, 3], p.Int64List("list"u8));
        Assert.False(p.Has("no"u8));
        Assert.False(p.Failed);

        foreach (var wrong in new[] { "[]", "{", "5", "{}x" })
        {
            bytes = Hex.Written(w => FpnnWriter.WriteQuest(
                w, FpnnMessageType.TwoWayQuest, 1, "m"u8, Encoding.UTF8.GetBytes(wrong), FpnnEncoding.Json));
            FpnnFraming.TryRead(bytes, 1000, out package, out _, out _);
            var before = scratch.WrittenCount;
            Assert.False(FpnnParameters.TryParse(package, scratch, out _));
            Assert.Equal(before, scratch.WrittenCount);
        }
    }

    [Fact]
    public void Parsing_and_looking_up_allocates_nothing()
    {
        var payload = Pack(new KeyValuePair<string, object?>[]
        {
            new("to", 100L), new("mid", 5_000_000_000L), new("mtype", 30L), new("msg", "hello"), new("attrs", ""), new("a", true),
            new("b", 1.5), new("c", null),
        });
        long sum = 0;
        var least = long.MaxValue; // a collection that falls into a round counts the rest of the thread's buffer as allocated
        for (var round = 0; round < 6; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100; i++)
            {
                sum += FpnnParameters.TryParse(payload, out var p) ? 1 : 0;
                sum += p.Int64("to"u8) + p.Int64("mid"u8) + p.Int32("mtype"u8) + p.Text("msg"u8).Length + p.Text("attrs"u8).Length;
                sum += p.BooleanOrDefault("a"u8) ? 1 : 0;
                sum += p.Bytes("msg"u8, out _).Length;
                sum += p.Failed ? 1 : 0;
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
        Assert.True(sum > 0);
    }

    [Fact]
    public void Every_entry_of_any_map_is_found_with_its_value()
    {
        var maps = MessagePackValueGenerator.Map(MessagePackValueGenerator.Value(2)).ToArbitrary();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(maps, value =>
        {
            var entries = (KeyValuePair<string, object?>[])value!;
            Assert.True(FpnnParameters.TryParse(Pack(value), out var p));
            foreach (var (key, expected) in entries)
            {
                var utf8 = Encoding.UTF8.GetBytes(key);
                Assert.Equal(expected is not null, p.TryGetRaw(utf8, out var encoded));
                if (expected is not null)
                    Assert.Equal(Hex.Text(Pack(expected)), Hex.Text(encoded));
                switch (expected)
                {
                    case long x:
                        Assert.Equal(x, p.Int64(utf8));
                        break;
                    case bool x:
                        Assert.Equal(x, p.Boolean(utf8));
                        break;
                    case double x:
                        Assert.Equal(x, p.Double(utf8));
                        break;
                    case string x:
                        Assert.Equal(x, p.String(utf8));
                        break;
                    case byte[] x:
                        Assert.Equal(x, p.Bytes(utf8).ToArray());
                        break;
                }
            }

            Assert.False(p.Failed);
        }));
    }

    [Fact]
    public void Any_bytes_are_a_map_exactly_when_they_start_with_a_well_formed_one()
    {
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(20_000), Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        {
            if (bytes.Length > 0)
                bytes[0] = (byte)(0x80 | (bytes[0] & 0x13)); // small maps and arrays
            var parsed = FpnnParameters.TryParse(bytes, out var p);
            var whole = MessagePackReader.TryGetLength(bytes, out _);
            Assert.Equal(whole && ((bytes[0] & 0xf0) == 0x80 || bytes[0] == 0x90), parsed);
            if (!parsed)
                return;
            _ = p.Int64ListOrNull("a"u8);
            _ = p.StringMapOrNull(""u8);
            _ = p.ErrorText;
        }));
    }
}
