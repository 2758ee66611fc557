using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Parley.Wire.MessagePack;

namespace Parley.Wire.GoIm;

/// <summary>JSON strings, without exceptions for what is not well formed (goim-json §2.5, §2.6).</summary>
public static class GoImText
{
    private static readonly SearchValues<byte> Special = SearchValues.Create(MakeSpecial());

    /// <summary>Writes a JSON string with its quotes. What is no UTF-8 is replaced by U+FFFD.</summary>
    public static void Write(PooledBufferWriter output, ReadOnlySpan<byte> text)
    {
        if (!Utf8.IsValid(text))
            text = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text));
        output.Write("\""u8);
        while (true)
        {
            var next = text.IndexOfAny(Special);
            if (next < 0)
                break;
            output.Write(text[..next]);
            WriteEscaped(output, text[next]);
            text = text[(next + 1)..];
        }
        output.Write(text);
        output.Write("\""u8);
    }

    /// <summary>Writes a JSON string with its quotes.</summary>
    public static void Write(PooledBufferWriter output, string text) => Write(output, Encoding.UTF8.GetBytes(text));

    /// <summary>
    /// The text of a JSON string, given without its quotes. Halves of surrogate pairs and bytes that are no UTF-8 become U+FFFD.
    /// </summary>
    internal static string Unescape(ReadOnlySpan<byte> escaped)
    {
        var text = new StringBuilder(escaped.Length);
        while (true)
        {
            var next = escaped.IndexOf((byte)'\\');
            if (next < 0 || next + 1 >= escaped.Length)
                break;
            text.Append(Encoding.UTF8.GetString(escaped[..next]));
            escaped = escaped[(next + 1)..];
            if (escaped[0] != (byte)'u')
            {
                text.Append(Plain(escaped[0]));
                escaped = escaped[1..];
                continue;
            }
            var isUnit = ushort.TryParse(escaped.Slice(1, Math.Min(4, escaped.Length - 1)), NumberStyles.AllowHexSpecifier, null, out var unit);
            text.Append(isUnit ? (char)unit : '\uFFFD');
            escaped = escaped[Math.Min(5, escaped.Length)..];
        }
        text.Append(Encoding.UTF8.GetString(escaped));
        // a round trip replaces lone halves of pairs
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.ToString()));
    }

    private static char Plain(byte letter) => letter switch
    {
        (byte)'b' => '\b',
        (byte)'f' => '\f',
        (byte)'n' => '\n',
        (byte)'r' => '\r',
        (byte)'t' => '\t',
        _ => (char)letter,
    };

    private static void WriteEscaped(PooledBufferWriter output, byte letter)
    {
        switch (letter)
        {
            case (byte)'"':
                output.Write("\\\""u8);
                break;
            case (byte)'\\':
                output.Write("\\\\"u8);
                break;
            case (byte)'\n':
                output.Write("\\n"u8);
                break;
            case (byte)'\r':
                output.Write("\\r"u8);
                break;
            case (byte)'\t':
                output.Write("\\t"u8);
                break;
            default:
                output.Write("\\u00"u8);
                output.Write([Digit(letter >> 4), Digit(letter & 15)]);
                break;
        }
    }

    private static byte Digit(int value) => (byte)"0123456789abcdef"[value];

    private static byte[] MakeSpecial() => [.. Enumerable.Range(0, 32).Select(letter => (byte)letter), (byte)'"', (byte)'\\'];
}
