using Microsoft.Extensions.Logging;
using Parley.Rtm.Transport;
using Parley.Wire.Fpnn;

namespace Parley.Rtm.Client.Connecting;

/// <summary>One login: dispatch, gate, <c>auth</c>, and another gate when this one says so (rtm-client.md §2.1, §3.2).</summary>
internal sealed class LoginProcedure(
    RtmClientOptions options, ConnectionSetup setup, Func<GateLink, FpnnQuest, ValueTask> onQuest, ILogger logger)
{
    /// <summary>Sent as the SDK's version. It must not look like that of a 2.x SDK, which are spoken to in another way (§0.3).</summary>
    public static readonly string Version = $"csharp-parley-{typeof(LoginProcedure).Assembly.GetName().Version?.ToString(3)}";

    private const int MostRedirects = 3;

    private string? _token = options.Token;

    /// <exception cref="RtmException">The login was refused, or there is no connection.</exception>
    public async Task<GateLink> LoginAsync(CancellationToken cancellationToken)
    {
        var gate = options.Gate ?? await RtmDispatch.WhichAsync(options, setup, cancellationToken);
        var mayAskForToken = options.TokenProvider is not null;
        for (var redirects = 0; ; redirects++)
        {
            var (link, next) = await TryGateAsync(gate, mayAskForToken, cancellationToken);
            if (link is not null)
                return link;
            RtmClientLog.Redirected(logger, gate, next!);
            gate = next!;
            if (redirects == MostRedirects)
                throw new RtmException("auth", FpnnErrorCode.InvalidConnection, "redirected too often");
        }
    }

    // The link when the login succeeded, else the gate to go to.
    private async Task<(GateLink? Link, string? Gate)> TryGateAsync(string gate, bool mayAskForToken, CancellationToken cancellationToken)
    {
        if (!FpnnAddress.TryParse(gate, out var address))
            throw new RtmException("auth", FpnnErrorCode.InvalidConnection, $"'{gate}' is no address of a gate");
        GateLink? link = null;
        try
        {
            link = await GateLink.OpenAsync(address, setup.Make(), onQuest, cancellationToken);
            _token ??= await AskForTokenAsync(cancellationToken);
            var (isIn, next) = await AuthAsync(link, cancellationToken);
            if (!isIn && next.Length == 0 && mayAskForToken)
            {
                // the gate keeps the connection open for this
                _token = await AskForTokenAsync(cancellationToken);
                (isIn, next) = await AuthAsync(link, cancellationToken);
            }
            if (!isIn && next.Length == 0)
                throw new RtmException("auth", RtmErrorCode.InvalidAuthToken, "the token is not accepted");
            var result = isIn ? link : null;
            if (isIn)
                link = null;
            return (result, next);
        }
        catch (FpnnException exception)
        {
            throw RtmException.From("auth", exception);
        }
        finally
        {
            if (link is not null)
                await link.DisposeAsync();
        }
    }

    private async Task<string> AskForTokenAsync(CancellationToken cancellationToken) =>
        await options.TokenProvider!(cancellationToken) ?? throw new RtmException("auth", RtmErrorCode.InvalidAuthToken, "there is no token");

    private async Task<(bool IsIn, string Gate)> AuthAsync(GateLink link, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await link.Connection.AskAsync("auth", WriteAuth, timeout: null, cancellationToken);
            return ReadAuth(answer);
        }
        catch (FpnnException exception) when (exception.Code == RtmErrorCode.DuplicatedAuth)
        {
            return (true, "");
        }
    }

    private void WriteAuth(FpnnMapWriter map)
    {
        map.Add("pid"u8, options.ProjectId).Add("uid"u8, options.UserId).Add("token"u8, _token!)
            .Add("version"u8, Version).Add("unread"u8, options.WantsUnread);
        if (options.Attributes is not null)
            map.Add("attrs"u8, options.Attributes);
    }

    private static (bool IsIn, string Gate) ReadAuth(FpnnAnswer answer)
    {
        var parameters = answer.Read();
        var isIn = parameters.Boolean("ok"u8);
        var gate = parameters.StringOrEmpty("gate"u8);
        if (parameters.Failed)
            throw new RtmException("auth", FpnnErrorCode.Decoding, parameters.ErrorText);
        return (isIn, gate);
    }
}
