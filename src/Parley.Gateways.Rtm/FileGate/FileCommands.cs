using Parley.Core.Messaging;
using Parley.Wire.Fpnn;

namespace Parley.Gateways.Rtm.FileGate;

/// <summary>The five ways to send a file: their wire names, where they send to, and the parameter that says to whom (rtm-client.md §7.2).</summary>
internal static class FileCommands
{
    public const string SendFile = "sendfile";
    public const string SendFiles = "sendfiles";
    public const string SendGroupFile = "sendgroupfile";
    public const string SendRoomFile = "sendroomfile";
    public const string BroadcastFile = "broadcastfile";

    /// <summary>The kind of conversation that a command speaks in; null when there is no such command.</summary>
    public static ConversationKind? KindOf(string command) => command switch
    {
        SendFile or SendFiles => ConversationKind.PeerToPeer,
        SendGroupFile => ConversationKind.Group,
        SendRoomFile => ConversationKind.Room,
        BroadcastFile => ConversationKind.Broadcast,
        _ => null,
    };

    /// <summary>Reads to whom a command sends. Check <see cref="FpnnParameters.Failed"/> afterwards.</summary>
    public static long[] ReadTargets(ref FpnnParameters parameters, string command) => command switch
    {
        SendFiles => parameters.Int64List("tos"u8),
        BroadcastFile => [],
        _ => [parameters.Int64(KeyOf(command))],
    };

    /// <summary>Reads to whom a command sends, if it says so; null when it does not.</summary>
    public static long[]? ReadTargetsOrNull(ref FpnnParameters parameters, string command)
    {
        if (command == SendFiles)
            return parameters.Int64ListOrNull("tos"u8);
        return command != BroadcastFile && parameters.Int64OrNull(KeyOf(command)) is { } target ? [target] : null;
    }

    private static ReadOnlySpan<byte> KeyOf(string command) => command switch
    {
        SendFile => "to"u8,
        SendGroupFile => "gid"u8,
        SendRoomFile => "rid"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(command), command, null),
    };
}
