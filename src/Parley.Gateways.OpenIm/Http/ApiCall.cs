using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Parley.Core;
using Parley.Core.Projects;
using Parley.Gateways.OpenIm.Http.OpenApi;
using Parley.Gateways.OpenIm.Users;

namespace Parley.Gateways.OpenIm.Http;

/// <summary>A call: what came, who called, and the answer that is being written.</summary>
internal sealed class ApiCall(
    OpenImHost host, ApiBody body, bool isV3, string operationId, string token, ApiAnswer answer, CancellationToken cancellation)
{
    public const int IdLength = 64;
    public const int LongText = 1024;
    public const int ShortText = 255;

    private const int SecretLength = 32;

    private Person? _caller;

    public OpenImHost Host { get; } = host;

    public ParleyCore Core => Host.Core;

    public Project Project { get; } = host.Project;

    public ApiBody Body { get; } = body;

    public bool IsV3 { get; } = isV3;

    public string OperationId { get; } = operationId;

    public Utf8JsonWriter Json { get; } = answer.Json;

    public CancellationToken Cancellation { get; } = cancellation;

    /// <summary>Who calls; only after <see cref="AdmitAsync"/>.</summary>
    public Person Caller => _caller ?? throw new InvalidOperationException("Nobody was admitted.");

    /// <summary>What the token says; only after <see cref="AdmitAsync"/>.</summary>
    public Tokens.TokenVerdict Token { get; private set; }

    public bool IsManager => Host.People.IsManager(Caller.Name);

    /// <summary>Most items of a list that has no limit of its own.</summary>
    public int MostItems => Host.Settings.ListItems;

    /// <summary>Checks in the order of openim.md §1.5: the body, the token, and whether the caller is a manager where that is asked.</summary>
    public async ValueTask<Outcome> AdmitAsync(bool managersOnly = false)
    {
        Body.Ask(managersOnly ? ApiDemand.Manager : ApiDemand.Token);
        if (Body.Fault is { } fault)
            return OpenImFailures.Invalid(fault);
        Token = await Host.Tokens.CheckAsync(Project, token, Cancellation);
        if (Token.Code == OpenImFailures.StoreCode)
            return IsV3 ? OpenImFailures.Fault : OpenImFailures.StoreFailed;
        if (!Token.IsGood)
            return IsV3 ? OpenImFailures.BadToken3(token.Length == 0 ? 0 : Token.Code) : OpenImFailures.BadToken(Token.Code);
        _caller = await Host.People.GetAsync(Project, Token.UserId, Cancellation);
        if (IsManager)
            return Outcome.Done;
        return managersOnly || !await Host.People.MayComeInAsync(Project, Token.UserId) ? OpenImFailures.NoPermission : Outcome.Done;
    }

    /// <summary>As <see cref="AdmitAsync"/>, for what only the user itself and managers may do.</summary>
    public async ValueTask<Outcome> AdmitForAsync(string user)
    {
        if (await AdmitAsync() is { IsOk: false } refusal)
            return refusal;
        return MayActFor(user) ? Outcome.Done : OpenImFailures.NoPermission;
    }

    /// <summary>Refuses the body when a text that is there cannot be the id of a user or a group.</summary>
    public void CheckNewName(string key, string name)
    {
        if (name.Length > 0 && !People.IsName(name))
            Body.Refuse($"{key} is only white space or holds control characters");
    }

    public bool MayActFor(string user) => IsManager || string.Equals(user, Caller.Name, StringComparison.Ordinal);

    /// <summary>Reads the secret. Its limit is that of the protocol, or our own secret's length when that is longer.</summary>
    public string ReadSecret() => Body.Text("secret", Math.Max(SecretLength, Host.Secret.Length), Need.Required);

    /// <summary>Checks the body, then the secret.</summary>
    public Outcome AdmitBySecret(string secret)
    {
        Body.Ask(ApiDemand.Secret);
        if (Body.Fault is { } fault)
            return OpenImFailures.Invalid(fault);
        var isRight = CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(Host.Secret));
        return isRight ? Outcome.Done : OpenImFailures.WrongSecret;
    }

    public ValueTask<Person?> FindAsync(string name) => Host.People.FindAsync(Project, name, Cancellation);

    /// <summary>Writes empty lists beside a refusal.</summary>
    public Outcome WithEmptyLists(Outcome refusal, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            Json.WriteStartArray(name);
            Json.WriteEndArray();
        }
        return refusal;
    }

    /// <summary>Between two items of a list: sends what is written when it is long. From then on the call cannot be refused.</summary>
    public ValueTask PassOnAsync() => answer.PassOnAsync(Cancellation);

    /// <summary>Writes a list under a name, and passes it on.</summary>
    public ValueTask WriteListAsync<T>(string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write) =>
        WriteListAsync(name, items.ToAsyncEnumerable(), write);

    /// <summary>The same of items that are read one after another.</summary>
    public async ValueTask WriteListAsync<T>(string name, IAsyncEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        Json.WriteStartArray(name);
        await foreach (var item in items)
        {
            write(Json, item);
            await PassOnAsync();
        }
        Json.WriteEndArray();
    }

    /// <summary>Writes a list of texts under a name.</summary>
    public void WriteTexts(string name, IEnumerable<string> texts)
    {
        Json.WriteStartArray(name);
        foreach (var text in texts)
            Json.WriteStringValue(text);
        Json.WriteEndArray();
    }

    /// <summary>Writes a list of <c>{userID, result}</c> as <c>data</c>.</summary>
    public void WriteResults(IEnumerable<(string Name, bool IsDone)> results)
    {
        Json.WriteStartArray("data"u8);
        foreach (var (name, isDone) in results)
        {
            Json.WriteStartObject();
            Json.WriteString("userID"u8, name);
            Json.WriteNumber("result"u8, isDone ? 0 : -1);
            Json.WriteEndObject();
        }
        Json.WriteEndArray();
    }
}
