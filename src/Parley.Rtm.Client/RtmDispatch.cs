using Microsoft.Extensions.Logging.Abstractions;
using Parley.Rtm.Client.Connecting;
using Parley.Rtm.Transport;
using Parley.Wire.Fpnn;

namespace Parley.Rtm.Client;

/// <summary>Asks dispatch where the client gates are (rtm-client.md §3.1). <see cref="RtmClient"/> does so by itself.</summary>
public static class RtmDispatch
{
    private const string Service = "rtmGated";

    /// <summary>The gate to go to (<c>which</c>).</summary>
    /// <param name="options">With <see cref="RtmClientOptions.Dispatch"/>; nothing about the user is needed.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns><c>host:port</c>.</returns>
    /// <exception cref="RtmException">100001 unknown service, address kind or protocol; 20012 no gate is available.</exception>
    public static Task<string> WhichAsync(RtmClientOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return WhichAsync(options, new ConnectionSetup(options, NullLoggerFactory.Instance, TimeProvider.System), cancellationToken);
    }

    /// <summary>All gates (<c>whichall</c>).</summary>
    /// <param name="options">With <see cref="RtmClientOptions.Dispatch"/>; nothing about the user is needed.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Each <c>host:port</c>; none when none is available.</returns>
    /// <exception cref="RtmException">100001 unknown service, address kind or protocol.</exception>
    public static Task<IReadOnlyList<string>> WhichAllAsync(RtmClientOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var setup = new ConnectionSetup(options, NullLoggerFactory.Instance, TimeProvider.System);
        return AskAsync<IReadOnlyList<string>>(
            "whichall", options, setup, static (ref answer) => answer.StringListOrNull("servers"u8, "endpoints"u8) ?? [], cancellationToken);
    }

    internal static async Task<string> WhichAsync(RtmClientOptions options, ConnectionSetup setup, CancellationToken cancellationToken)
    {
        var gate = await AskAsync(
            "which", options, setup, static (ref answer) => answer.String("server"u8, "endpoint"u8), cancellationToken);
        return gate.Length > 0 ? gate : throw new RtmException("which", FpnnErrorCode.InvalidConnection, "no gate is available");
    }

    private static async Task<T> AskAsync<T>(
        string method, RtmClientOptions options, ConnectionSetup setup, AnswerReader<T> read, CancellationToken cancellationToken)
    {
        if (!FpnnAddress.TryParse(options.Dispatch, out var address))
            throw new ArgumentException($"'{options.Dispatch}' is no address of dispatch.", nameof(options));
        try
        {
            await using var connection = await FpnnConnection.ConnectAsync(address, setup.Make(options.SecureDispatch), cancellationToken);
            var answer = await connection.AskAsync(method, map => Write(map, options), timeout: null, cancellationToken);
            return RtmClient.Read(method, answer, read);
        }
        catch (FpnnException exception)
        {
            throw RtmException.From(method, exception);
        }
    }

    // both generations' names (rule C-11)
    private static void Write(FpnnMapWriter map, RtmClientOptions options)
    {
        var (kind, later) = options.AddressKind switch
        {
            RtmAddressKind.IPv6 => ("ip6", "ipv6"),
            RtmAddressKind.Domain => ("domain", "domain"),
            _ => ("ip4", "ipv4"),
        };
        map.Add("what"u8, Service).Add("iptype"u8, kind).Add("addrType"u8, later)
            .Add("proto"u8, options.UseTls ? "ssl" : "tcp").Add("version"u8, LoginProcedure.Version);
    }
}
