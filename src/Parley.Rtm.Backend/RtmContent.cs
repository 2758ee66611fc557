using System.Text;
using System.Text.Json;

namespace Parley.Rtm.Backend;

/// <summary>What a message says.</summary>
/// <param name="Body">The bytes of <c>msg</c>: UTF-8 unless <paramref name="IsBinary"/>.</param>
/// <param name="IsBinary">Whether it came as BIN.</param>
public sealed record RtmContent(ReadOnlyMemory<byte> Body, bool IsBinary)
{
    /// <summary>The body as text; bytes that are no UTF-8 become U+FFFD.</summary>
    public string Text => Encoding.UTF8.GetString(Body.Span);

    /// <summary>Reads the body of a file message: a URL, or JSON with <c>url</c>, <c>size</c> and <c>surl</c> (rtm-client §5.1).</summary>
    public RtmFileInfo ToFileInfo()
    {
        var text = Text;
        if (!text.StartsWith('{'))
            return new RtmFileInfo(text, null, null);
        try
        {
            using var json = JsonDocument.Parse(text);
            return new RtmFileInfo(
                TextOf(json.RootElement, "url") ?? text,
                json.RootElement.TryGetProperty("size", out var size) && size.TryGetInt64(out var bytes) ? bytes : null,
                TextOf(json.RootElement, "surl"));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return new RtmFileInfo(text, null, null);
        }
    }

    private static string? TextOf(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

/// <summary>Where the file of a file message is.</summary>
/// <param name="Url">The download address.</param>
/// <param name="Size">Length in bytes, if the server told it.</param>
/// <param name="ThumbnailUrl">A smaller image, if there is one.</param>
public sealed record RtmFileInfo(string Url, long? Size, string? ThumbnailUrl);
