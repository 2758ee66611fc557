using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Parley.Rtm.Client.Files;

/// <summary>The <c>attrs</c> of an upload: sign, extension and name, flat, beside the application's own (rtm-client.md §7.3, §9.8).</summary>
internal static class UploadAttributes
{
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static bool IsReserved(string name) => name is "sign" or "ext" or "exit" or "filename" or "rtm";

    /// <summary>The MD5 of the content, as the inner part of the sign.</summary>
    public static string HashOf(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(MD5.HashData(content));

    /// <summary>The sign of one upload.</summary>
    public static string SignOf(string hash, string token) =>
        Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes($"{hash}:{token}")));

    public static string Write(string sign, string name, IReadOnlyDictionary<string, string>? own)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, Writing))
        {
            json.WriteStartObject();
            json.WriteString("sign"u8, sign);
            json.WriteString("ext"u8, Path.GetExtension(name).TrimStart('.'));
            json.WriteString("filename"u8, Path.GetFileNameWithoutExtension(name));
            foreach (var (key, value) in own ?? new Dictionary<string, string>())
                json.WriteString(key, value);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
