using System.Text.Json;
using Parley.Core;
using Parley.Gateways.Beehive.Nodes;

namespace Parley.Gateways.Beehive.Http;

/// <summary>What clients ask before they connect: 1.1 and 1.2 (beehive.md §3.1).</summary>
internal sealed class RegistrationEndpoints(BeehiveHost host)
{
    /// <summary>Most characters that the addresses may have in one of the two arrays: the client's library takes 1,024 bytes in all.</summary>
    private const int AddressCharacters = 350;

    /// <summary>1.1: <c>uid nation [city town]</c> → a new sid.</summary>
    public async ValueTask<Outcome> RegisterAsync(EndpointCall call)
    {
        var (nation, city, town) = (call.Query.Lenient("nation"), call.Query.Lenient("city"), call.Query.Lenient("town"));
        if (!call.Query.TryId("uid", out var userId) || nation == 0 || !await call.Core.Names.IsValidAsync(call.Project.Id, userId))
            return new(BeehiveCode.BadParameter, "Register param invalid!");
        var installation = await call.Core.Installations.RegisterAsync(call.Project, userId, nation, city, town, call.Cancellation);
        call.WriteQuotable("uid"u8, userId);
        call.WriteQuotable("sid"u8, installation.Id);
        call.WriteQuotable("nation"u8, nation);
        call.WriteQuotable("city"u8, city);
        call.WriteQuotable("town"u8, town);
        return Outcome.Accepted;
    }

    /// <summary>1.2: <c>type uid sid clientip [auth]</c> → addresses and a token.</summary>
    public async ValueTask<Outcome> ListAddressesAsync(EndpointCall call)
    {
        if (!call.Query.TryOptional("type", (long)NodeType.WebSocket, out var type))
            return Bad("Type");
        if (!call.Query.TryId("uid", out var userId) || !await call.Core.Names.IsValidAsync(call.Project.Id, userId))
            return Bad("Uid");
        if (!call.Query.TryId("sid", out var sessionId))
            return Bad("Sid");
        var clientAddress = call.Query.Text("clientip");
        if (clientAddress.Length == 0)
            return Bad("Client ip");
        if (await AuthenticateAsync(call, userId) is { IsOk: false } refusal)
            return refusal;
        if (!await BindAsync(call, sessionId, userId))
            return new(BeehiveCode.Collision, "Sid is collision!");
        var addresses = await host.Nodes.ChooseAsync((NodeType)type, clientAddress, call.ReachedAt, call.Cancellation);
        if (addresses.Count == 0)
            return new(BeehiveCode.SystemError, "Get ip list failed!");

        var json = call.Json;
        var count = CountFitting(addresses);
        json.WriteNumber("uid"u8, userId);
        json.WriteNumber("sid"u8, sessionId);
        json.WriteNumber("type"u8, type);
        json.WriteNumber("len"u8, count);
        WriteAddresses(json, "iplist"u8, addresses, count); // the document's name
        WriteAddresses(json, "list"u8, addresses, count); // the clients' name
        json.WriteString("token"u8, host.Tokens.Make(userId, sessionId));
        json.WriteNumber("expire"u8, host.Settings.TokenSeconds);
        return Outcome.Accepted;
    }

    private static Outcome Bad(string what) => new(BeehiveCode.BadParameter, what + " is invalid!");

    private async ValueTask<Outcome> AuthenticateAsync(EndpointCall call, long userId)
    {
        if (!host.Settings.RequireLoginToken)
            return Outcome.Accepted;
        var verdict = await call.Core.Logins.CheckAsync(call.Project.Id, userId, call.Query.Text("auth"), call.Cancellation);
        return verdict.Error switch
        {
            CoreError.None => Outcome.Accepted,
            CoreError.BadToken => new(BeehiveCode.NotAuthenticated, "Auth failed!"),
            CoreError.InvalidId => Bad("Uid"),
            _ => new(BeehiveCode.PermissionDenied, "Permission denied!"),
        };
    }

    /// <summary>A sid belongs to the user that it was given to, and one of the client's own choice to the user that comes with it first.</summary>
    private async ValueTask<bool> BindAsync(EndpointCall call, long sessionId, long userId)
    {
        if (await call.Core.Installations.FindAsync(call.Project, sessionId, call.Cancellation) is { } known)
            return known.UserId == userId;
        if (host.Settings.StrictSid)
            return false;
        await call.Core.Installations.BindAsync(call.Project, sessionId, userId, call.Cancellation);
        return true;
    }

    private static int CountFitting(IReadOnlyList<string> addresses)
    {
        var (count, characters) = (0, 0);
        foreach (var address in addresses)
        {
            characters += address.Length + 3; // quotes and comma
            if (characters > AddressCharacters && count > 0)
                break;
            count++;
        }
        return count;
    }

    private static void WriteAddresses(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string> addresses, int count)
    {
        json.WriteStartArray(name);
        for (var i = 0; i < count; i++)
            json.WriteStringValue(addresses[i]);
        json.WriteEndArray();
    }
}
