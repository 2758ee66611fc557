using System.Text;
using Parley.Wire.MessagePack;

namespace Parley.Conformance.Tests.Support;

/// <summary>
/// A decoded map. Integers are long, floats double, STR string, BIN byte[], arrays object?[], maps <see cref="Map"/>; so a test sees
/// the wire type by the CLR type. Keys that are integers are kept as their decimal text.
/// </summary>
public sealed class Map
{
    private readonly Dictionary<string, object?> _entries = [];

    public int Count => _entries.Count;

    public IEnumerable<string> Keys => _entries.Keys;

    public object? this[string key] =>
        _entries.TryGetValue(key, out var value) ? value : throw new Xunit.Sdk.XunitException($"No key {key} in {this}.");

    public bool Has(string key) => _entries.ContainsKey(key);

    public long Int(string key) => Assert.IsType<long>(this[key]);

    public string Text(string key) => Assert.IsType<string>(this[key]);

    public bool Bool(string key) => Assert.IsType<bool>(this[key]);

    public double Double(string key) => Assert.IsType<double>(this[key]);

    public Map Nested(string key) => Assert.IsType<Map>(this[key]);

    public object?[] List(string key) => Assert.IsType<object?[]>(this[key]);

    public long[] Ints(string key) => [.. List(key).Select(item => Assert.IsType<long>(item))];

    public object?[][] Rows(string key) => [.. List(key).Select(item => Assert.IsType<object?[]>(item))];

    public override string ToString() => "{" + string.Join(", ", _entries.Select(pair => $"{pair.Key}: {Show(pair.Value)}")) + "}";

    /// <summary>Decodes a payload, all of it.</summary>
    public static Map Parse(ReadOnlySpan<byte> payload)
    {
        var reader = new MessagePackReader(payload);
        var value = Read(ref reader);
        Assert.Equal(0, reader.Remaining);
        return Assert.IsType<Map>(value);
    }

    private static object? Read(ref MessagePackReader reader)
    {
        Assert.True(reader.TryPeekType(out var type));
        switch (type)
        {
            case MessagePackType.Nil:
                Assert.True(reader.TryReadNil());
                return null;
            case MessagePackType.Boolean:
                Assert.True(reader.TryReadBool(out var flag));
                return flag;
            case MessagePackType.Integer:
                Assert.True(reader.TryReadInt64(out var number));
                return number;
            case MessagePackType.Float:
                Assert.True(reader.TryReadDouble(out var real));
                return real;
            case MessagePackType.String:
            case MessagePackType.Binary:
                Assert.True(reader.TryReadRaw(out var bytes, out var isBinary));
                return isBinary ? bytes.ToArray() : Encoding.UTF8.GetString(bytes);
            case MessagePackType.Array:
                Assert.True(reader.TryReadArrayHeader(out var length));
                var list = new object?[length];
                for (var i = 0; i < length; i++)
                    list[i] = Read(ref reader);
                return list;
            case MessagePackType.Map:
                Assert.True(reader.TryReadMapHeader(out var count));
                var map = new Map();
                for (var i = 0; i < count; i++)
                {
                    var key = Read(ref reader);
                    map._entries.Add(key as string ?? Assert.IsType<long>(key).ToString(), Read(ref reader));
                }
                return map;
            default:
                throw new Xunit.Sdk.XunitException($"Unexpected {type} on the wire.");
        }
    }

    private static string Show(object? value) => value switch
    {
        null => "nil",
        string text => $"\"{text}\"",
        byte[] bytes => $"bin {Hex.Text(bytes)}",
        object?[] list => "[" + string.Join(", ", list.Select(Show)) + "]",
        _ => value.ToString()!,
    };
}
