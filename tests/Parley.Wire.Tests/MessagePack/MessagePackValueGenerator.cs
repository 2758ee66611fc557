using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Parley.Wire.MessagePack;

namespace Parley.Wire.Tests.MessagePack;

/// <summary>Random MessagePack values as plain objects, written and read back through the codec.</summary>
internal static class MessagePackValueGenerator
{
    public static Gen<object?> Value(int depth)
    {
        var text = Gen.Choose(0, 70).SelectMany(n => Gen.Elements('a', 'é', '中', '"', '\\', '\n', '\0', ' ').ArrayOf(n));
        var scalars = Gen.OneOf<object?>(
            Gen.Constant<object?>(null),
            ArbMap.Default.GeneratorFor<bool>().Select(x => (object?)x),
            Integer().Select(x => (object?)x),
            ArbMap.Default.GeneratorFor<double>().Select(x => (object?)x),
            text.Select(x => (object?)new string(x)),
            ArbMap.Default.GeneratorFor<byte[]>().Select(x => (object?)x));
        if (depth == 0)
            return scalars;
        var inner = Value(depth - 1);
        return Gen.Frequency(
            (3, scalars),
            (1, Gen.Choose(0, 20).SelectMany(n => inner.ArrayOf(n)).Select(x => (object?)x)),
            (1, Map(inner)));
    }

    public static Gen<object?> Map(Gen<object?> values) =>
        from count in Gen.Choose(0, 20)
        from entries in values.ArrayOf(count)
        select (object?)entries.Select((value, i) => KeyValuePair.Create("key" + i, value)).ToArray();

    // All widths, not only the small numbers that a default generator likes.
    public static Gen<long> Integer() =>
        from bits in Gen.Choose(0, 63)
        from raw in ArbMap.Default.GeneratorFor<ulong>()
        from low in Gen.Choose(-1, 1)
        from exact in ArbMap.Default.GeneratorFor<bool>()
        from negative in ArbMap.Default.GeneratorFor<bool>()
        let magnitude = exact ? (long)(1UL << Math.Min(bits, 62)) + low : (long)(raw >> (63 - bits) >> 1)
        select negative ? -magnitude : magnitude;

    public static void Write(ref MessagePackWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNil();
                break;
            case bool x:
                writer.Write(x);
                break;
            case long x:
                writer.Write(x);
                break;
            case double x:
                writer.Write(x);
                break;
            case string x:
                writer.WriteString(x);
                break;
            case byte[] x:
                writer.WriteBinary(x);
                break;
            case KeyValuePair<string, object?>[] x:
                writer.WriteMapHeader(x.Length);
                foreach (var (key, entry) in x)
                {
                    writer.WriteString(key);
                    Write(ref writer, entry);
                }

                break;
            case object?[] x:
                writer.WriteArrayHeader(x.Length);
                foreach (var element in x)
                    Write(ref writer, element);
                break;
            default:
                throw new NotSupportedException();
        }
    }

    public static byte[] Encode(object? value) => Hex.Written(w =>
    {
        var writer = new MessagePackWriter(w);
        Write(ref writer, value);
        writer.Flush();
    });

    public static string Describe(object? value) => value switch
    {
        null => "nil",
        bool x => x ? "true" : "false",
        long x => "i" + x.ToString(CultureInfo.InvariantCulture),
        double x => "d" + BitConverter.DoubleToInt64Bits(x).ToString("x", CultureInfo.InvariantCulture),
        string x => "s" + x,
        byte[] x => "b" + Hex.Text(x),
        KeyValuePair<string, object?>[] x => "{" + string.Join(',', x.Select(e => $"s{e.Key}:{Describe(e.Value)}")) + "}",
        object?[] x => "[" + string.Join(',', x.Select(Describe)) + "]",
        _ => throw new NotSupportedException(),
    };

    public static string Read(ref MessagePackReader reader)
    {
        Assert.True(reader.TryPeekType(out var type));
        switch (type)
        {
            case MessagePackType.Nil:
                Assert.True(reader.TryReadNil());
                return "nil";
            case MessagePackType.Boolean:
                Assert.True(reader.TryReadBool(out var boolean));
                return Describe(boolean);
            case MessagePackType.Integer:
                Assert.True(reader.TryReadInt64(out var integer));
                return Describe(integer);
            case MessagePackType.Float:
                Assert.True(reader.TryReadDouble(out var number));
                return Describe(number);
            case MessagePackType.String or MessagePackType.Binary:
                Assert.True(reader.TryReadRaw(out var bytes, out var isBinary));
                Assert.Equal(type == MessagePackType.Binary, isBinary);
                return isBinary ? Describe(bytes.ToArray()) : Describe(System.Text.Encoding.UTF8.GetString(bytes));
            case MessagePackType.Array:
                Assert.True(reader.TryReadArrayHeader(out var count));
                var elements = new List<string>();
                while (count-- > 0)
                    elements.Add(Read(ref reader));
                return "[" + string.Join(',', elements) + "]";
            case MessagePackType.Map:
                Assert.True(reader.TryReadMapHeader(out count));
                var entries = new List<string>();
                while (count-- > 0)
                    entries.Add(Read(ref reader) + ":" + Read(ref reader));
                return "{" + string.Join(',', entries) + "}";
            default:
                throw new NotSupportedException();
        }
    }
}
