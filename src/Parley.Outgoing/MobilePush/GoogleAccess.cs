using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Parley.Outgoing.Http;

namespace Parley.Outgoing.MobilePush;

/// <summary>The parts of a service account's file that count.</summary>
internal sealed record ServiceAccount
{
    public string? ProjectId { get; init; }

    public string? PrivateKeyId { get; init; }

    public string? PrivateKey { get; init; }

    public string? ClientEmail { get; init; }

    public string? TokenUri { get; init; }

    /// <summary>Never shows the key.</summary>
    public override string ToString() => $"ServiceAccount {ProjectId}";
}

/// <summary>The answer of the token endpoint.</summary>
internal sealed record AccessTokenAnswer
{
    public string? AccessToken { get; init; }

    public int ExpiresIn { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ServiceAccount))]
[JsonSerializable(typeof(AccessTokenAnswer))]
internal sealed partial class GoogleJson : JsonSerializerContext;

/// <summary>
/// Access tokens for a service account (OAuth 2.0 for server to server): a signed assertion is exchanged for a token, which is used
/// until shortly before it expires. Those who want one at the same time share one exchange.
/// </summary>
internal sealed class GoogleAccess(ServiceAccount account, RSA key, string tokenAddress, OutgoingHttp http, TimeProvider time) : IDisposable
{
    private const string Scope = "https://www.googleapis.com/auth/firebase.messaging";
    private const int AssertionSeconds = 3600;

    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _exchanging = new(1);
    private string? _token;
    private DateTimeOffset _goodUntil;

    /// <summary>A token.</summary>
    /// <param name="refused">A token that the service has refused, so that another is got; null when none was.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OutgoingException">The token endpoint does not give one.</exception>
    public async ValueTask<string> GetAsync(string? refused, CancellationToken cancellationToken)
    {
        await _exchanging.WaitAsync(cancellationToken);
        try
        {
            if (_token is null || _token == refused || time.GetUtcNow() >= _goodUntil)
                await ExchangeAsync(cancellationToken);
            return _token!;
        }
        finally
        {
            _exchanging.Release();
        }
    }

    public void Dispose()
    {
        key.Dispose();
        _exchanging.Dispose();
    }

    private async ValueTask ExchangeAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var reply = await http.SendAsync(() => MakeRequest(now.ToUnixTimeSeconds()), cancellationToken);
        if (reply.Status != HttpStatusCode.OK)
            throw new OutgoingException($"the token endpoint of a service account answered with status {(int)reply.Status}");
        try
        {
            var answer = JsonSerializer.Deserialize(reply.Body, GoogleJson.Default.AccessTokenAnswer);
            if (answer?.AccessToken is not { Length: > 0 } token)
                throw new OutgoingException("the token endpoint of a service account gave no token");
            _token = token;
            _goodUntil = now + TimeSpan.FromSeconds(answer.ExpiresIn) - Margin;
        }
        catch (JsonException exception)
        {
            throw new OutgoingException("the token endpoint of a service account did not answer with JSON", exception);
        }
    }

    private HttpRequestMessage MakeRequest(long now)
    {
        var assertion = JsonWebToken.Sign(key, account.PrivateKeyId, json =>
        {
            json.WriteString("iss", account.ClientEmail);
            json.WriteString("scope", Scope);
            json.WriteString("aud", account.TokenUri);
            json.WriteNumber("iat", now);
            json.WriteNumber("exp", now + AssertionSeconds);
        });
        return new(HttpMethod.Post, tokenAddress)
        {
            Content = new FormUrlEncodedContent(
            [
                new("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
                new("assertion", assertion),
            ]),
        };
    }
}
