using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Parley.Core.Files;

namespace Parley.Gateways.Rtm.FileGate;

/// <summary>
/// The <c>attrs</c> of an upload (rtm-client.md §7.3): a JSON object that carries the sign, flat or in its member <c>rtm</c>.
/// </summary>
internal sealed class FileAttributes
{
    private const int MostRemovals = 16;

    private FileAttributes()
    {
    }

    /// <summary>The sign; null when there is none. Not compared with anything yet.</summary>
    public string? Sign { get; private init; }

    /// <summary>Whether the extension is named, be it as nil or "".</summary>
    public bool HasExtension { get; private init; }

    /// <summary>The extension by rule F-3: <c>ext</c>, else <c>exit</c>, else the suffix of <c>filename</c>; "" = none of them is good.</summary>
    public string Extension { get; private init; } = "";

    /// <summary>The name that the sender gave the file; "" = none.</summary>
    public string FileName { get; private init; } = "";

    /// <summary>Reads the text; null when it is not a JSON object.</summary>
    public static FileAttributes? Parse(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var json = JsonDocument.Parse(utf8);
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                return null;
            var sign = Find(root, "sign");
            var extension = TextOf(Find(root, "ext"));
            var name = TextOf(Find(root, "filename"));
            return new FileAttributes
            {
                // a sign that is no text is a wrong one
                Sign = sign is null ? null : TextOf(sign),
                HasExtension = Has(root, "ext"),
                Extension = FirstGood(extension, TextOf(Find(root, "exit")), Path.GetExtension(name)),
                FileName = name,
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null; // the second one: an escape that stands for no character
        }
    }

    /// <summary>Whether the sign is that of the content and the token; the inner hash may be in upper case (rule F-1).</summary>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5351", Justification = "The protocol signs uploads by MD5.")]
    public bool IsSignedBy(string innerMd5, string token)
    {
        return Matches(innerMd5) || Matches(innerMd5.ToUpperInvariant());

        bool Matches(string inner) => string.Equals(
            Sign, Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes($"{inner}:{token}"))), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>
    /// The text without the sign, at the root and in <c>rtm</c>, everything else byte for byte as it was. Null when the sign stands there
    /// more often than can be meant.
    /// </summary>
    public static byte[]? WithoutSign(ReadOnlyMemory<byte> utf8)
    {
        var text = utf8.ToArray();
        for (var i = 0; i < MostRemovals; i++)
        {
            if (!TryFindSign(text, out var start, out var end))
                return text;
            text = Cut(text, start, end);
        }
        return null;
    }

    private static JsonElement? Find(JsonElement root, string name)
    {
        if (root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null)
            return value;
        return root.TryGetProperty("rtm", out var rtm) && rtm.ValueKind == JsonValueKind.Object
            && rtm.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    private static bool Has(JsonElement root, string name) =>
        root.TryGetProperty(name, out _)
        || (root.TryGetProperty("rtm", out var rtm) && rtm.ValueKind == JsonValueKind.Object && rtm.TryGetProperty(name, out _));

    private static string TextOf(JsonElement? value) => value is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";

    private static string FirstGood(params ReadOnlySpan<string> candidates)
    {
        foreach (var candidate in candidates)
        {
            var clean = FileTypes.CleanExtension(candidate);
            if (clean.Length > 0)
                return clean;
        }
        return "";
    }

    // From the first byte of the name to behind the last of the value.
    private static bool TryFindSign(byte[] text, out int start, out int end)
    {
        var reader = new Utf8JsonReader(text);
        var inRtm = false;
        start = end = 0;
        while (reader.Read())
        {
            if (inRtm && reader.TokenType == JsonTokenType.EndObject && reader.CurrentDepth == 1)
                inRtm = false;
            if (reader.TokenType != JsonTokenType.PropertyName)
                continue;
            var depth = reader.CurrentDepth;
            if ((depth == 1 || (depth == 2 && inRtm)) && reader.ValueTextEquals("sign"u8))
            {
                start = (int)reader.TokenStartIndex;
                reader.Read();
                reader.Skip();
                end = (int)reader.BytesConsumed;
                return true;
            }
            if (depth == 1 && reader.ValueTextEquals("rtm"u8))
            {
                reader.Read();
                inRtm = reader.TokenType == JsonTokenType.StartObject;
                if (!inRtm)
                    reader.Skip();
            }
            else if (depth == 1 || inRtm)
            {
                reader.Read();
                reader.Skip();
            }
        }
        return false;
    }

    // A comma goes with the member: the one behind it, or else the one before it.
    private static byte[] Cut(byte[] text, int start, int end)
    {
        var next = end;
        while (next < text.Length && IsSpace(text[next]))
            next++;
        if (next < text.Length && text[next] == (byte)',')
        {
            end = next + 1;
            while (end < text.Length && IsSpace(text[end]))
                end++;
        }
        else
        {
            var before = start - 1;
            while (before >= 0 && IsSpace(text[before]))
                before--;
            if (before >= 0 && text[before] == (byte)',')
                start = before;
        }
        return [.. text.AsSpan(0, start), .. text.AsSpan(end)];
    }

    private static bool IsSpace(byte code) => code is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';
}
