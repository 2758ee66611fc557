using System.Buffers;
using System.Globalization;
using System.Text;

namespace Parley.Gateways.OpenIm.Messages;

/// <summary>
/// What a reader sees of JSON that hides letters in escapes, as <c>"\u0062ad"</c>. It looks at escapes only, so that what is not quite JSON,
/// or has a name twice or in another case, hides nothing from it either.
/// </summary>
internal static class EscapedText
{
    /// <summary>How deep JSON may lie in texts of JSON: a message that is quoted or merged has its own in a text.</summary>
    private const int MostPasses = 4;

    /// <summary>The content without its escapes, and again while that leaves some; "" when it has none.</summary>
    public static string Read(ReadOnlySpan<byte> content)
    {
        if (!content.Contains((byte)'\\'))
            return "";
        var text = Encoding.UTF8.GetString(content);
        var all = new StringBuilder();
        for (var pass = 0; pass < MostPasses && text.Contains('\\', StringComparison.Ordinal); pass++)
            all.Append(text = Unescape(text)).Append('\n');
        return all.ToString();
    }

    private static string Unescape(string text)
    {
        var output = new ArrayBufferWriter<char>(text.Length);
        var rest = text.AsSpan();
        while (rest.IndexOf('\\') is var at and >= 0 && at + 1 < rest.Length)
        {
            output.Write(rest[..at]);
            var (letter, length) = LetterOf(rest[at..]);
            output.Write([letter]);
            rest = rest[(at + length)..];
        }
        output.Write(rest);
        return output.WrittenSpan.ToString();
    }

    private static (char Letter, int Length) LetterOf(ReadOnlySpan<char> escape)
    {
        if (escape[1] == 'u' && escape.Length >= 6
            && ushort.TryParse(escape[2..6], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
        {
            return ((char)code, 6);
        }
        var letter = escape[1] switch { 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', var other => other };
        return (letter, 2);
    }
}
