using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parley.Outgoing.Tests.MobilePush;

/// <summary>Keys made for a test, and what they sign.</summary>
internal sealed class Credentials : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("parley-keys-").FullName;

    public RSA Rsa { get; } = RSA.Create(2048);

    public ECDsa Ec { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>Writes a file and gives its path.</summary>
    public string Write(string name, string content)
    {
        var path = Path.Combine(_directory, name);
        File.WriteAllText(path, content);
        return path;
    }

    public string Apple() => Write("AuthKey.p8", Ec.ExportPkcs8PrivateKeyPem());

    public string Google(string tokenAddress) => Write("account.json", new JsonObject
    {
        ["type"] = "service_account",
        ["project_id"] = "chat-1",
        ["private_key_id"] = "key-7",
        ["private_key"] = Rsa.ExportPkcs8PrivateKeyPem(),
        ["client_email"] = "push@chat-1.example",
        ["token_uri"] = tokenAddress,
    }.ToJsonString());

    /// <summary>Reads a token whose signature is good.</summary>
    public (JsonElement Header, JsonElement Claims) Read(string token, bool isRsa)
    {
        var parts = token.Split('.');
        Assert.Equal(3, parts.Length);
        var signed = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
        var signature = Base64Url.DecodeFromChars(parts[2]);
        Assert.True(isRsa
            ? Rsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : signature.Length == 64 && Ec.VerifyData(signed, signature, HashAlgorithmName.SHA256));
        return (Parse(parts[0]), Parse(parts[1]));
    }

    public void Dispose()
    {
        Rsa.Dispose();
        Ec.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static JsonElement Parse(string part) => JsonElement.Parse(Base64Url.DecodeFromChars(part));
}
