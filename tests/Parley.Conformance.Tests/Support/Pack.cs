using System.Buffers;
using System.Collections;
using Parley.Wire.MessagePack;

namespace Parley.Conformance.Tests.Support;

/// <summary>A value that is already encoded.</summary>
public sealed record Raw(byte[] Bytes)
{
    public static Raw Hex(string hex) => new(Support.Hex.Bytes(hex));
}

/// <summary>Writes MessagePack out of plain objects.</summary>
public static class Pack
{
    public static byte[] Map(params (string Key, object? Value)[] pairs)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        WriteMap(ref writer, pairs);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    public static byte[] Value(object? value)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        Write(ref writer, value);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static void WriteMap(ref MessagePackWriter writer, (string Key, object? Value)[] pairs)
    {
        writer.WriteMapHeader(pairs.Length);
        foreach (var (key, value) in pairs)
        {
            writer.WriteString(key);
            Write(ref writer, value);
        }
    }

    private static void Write(ref MessagePackWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNil();
                break;
            case bool flag:
                writer.Write(flag);
                break;
            case int number:
                writer.Write((long)number);
                break;
            case long number:
                writer.Write(number);
                break;
            case double number:
                writer.Write(number);
                break;
            case string text:
                writer.WriteString(text);
                break;
            case byte[] bytes:
                writer.WriteBinary(bytes);
                break;
            case Raw raw:
                writer.WriteRaw(raw.Bytes);
                break;
            case (string, object?)[] pairs:
                WriteMap(ref writer, pairs);
                break;
            case IDictionary map:
                writer.WriteMapHeader(map.Count);
                foreach (DictionaryEntry entry in map)
                {
                    Write(ref writer, entry.Key);
                    Write(ref writer, entry.Value);
                }
                break;
            case IEnumerable list:
                var items = list.Cast<object?>().ToArray();
                writer.WriteArrayHeader(items.Length);
                foreach (var item in items)
                    Write(ref writer, item);
                break;
            default:
                throw new ArgumentException($"No encoding for {value.GetType()}.", nameof(value));
        }
    }
}
