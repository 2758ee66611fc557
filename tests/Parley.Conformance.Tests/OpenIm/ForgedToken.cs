using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Parley.Conformance.Tests.OpenIm;

/// <summary>Tokens made by the letter of openim.md §2.2, without the server.</summary>
public static class ForgedToken
{
    private const string Header = """{"alg":"HS256","typ":"JWT"}""";

    public static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Signs what it is given.</summary>
    public static string Of(string payload, string header = Header, string key = OpenImApiServer.SigningKey)
    {
        var signed = $"{Encode(header)}.{Encode(payload)}";
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.ASCII.GetBytes(signed)))}";
    }

    public static string Claims(string user, string platform = "Android", long expires = 3600, long notBefore = 0) =>
        $$$"""{"UID":"{{{user}}}","Platform":"{{{platform}}}","exp":{{{Now + expires}}},"nbf":{{{Now + notBefore}}},"iat":{{{Now}}}}""";

    /// <summary>What a token says, after its signature was found good.</summary>
    public static JsonElement Read(string token)
    {
        var parts = token.Split('.');
        Assert.Equal(3, parts.Length);
        var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(OpenImApiServer.SigningKey), Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"));
        Assert.Equal(Base64Url.EncodeToString(hash), parts[2]);
        Assert.Equal(Header, Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[0])));
        return JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1])).RootElement;
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
