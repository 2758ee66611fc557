using System.Collections.Frozen;

namespace Parley.Wire.Beehive;

/// <summary>Numbers and kinds of commands (beehive §8.3, §9.7, §10.2, §12.2).</summary>
public static class BeehiveCommands
{
    /// <summary>Where the seed generation has another number, or a number where the head generation has none (§12.2).</summary>
    private static readonly (uint Number, BeehiveCommand Command)[] SeedDifferences =
    [
        (0x0110, BeehiveCommand.AllocSequence),
        (0x0111, BeehiveCommand.AllocSequenceAck),
        (0x0112, BeehiveCommand.Kick),
        (0x0113, BeehiveCommand.KickAck),
        (0x0151, BeehiveCommand.OnlineNotification),
        (0x0152, BeehiveCommand.OfflineNotification),
        (0x0350, BeehiveCommand.GroupJoinNotification),
        (0x0351, BeehiveCommand.GroupQuitNotification),
        (0x0352, BeehiveCommand.GroupKickNotification),
        (0x0353, BeehiveCommand.GroupGagAddNotification),
        (0x0354, BeehiveCommand.GroupGagDelNotification),
        (0x0355, BeehiveCommand.GroupBlacklistAddNotification),
        (0x0356, BeehiveCommand.GroupBlacklistDelNotification),
        (0x0357, BeehiveCommand.GroupManagerAddNotification),
        (0x0358, BeehiveCommand.GroupManagerDelNotification),
        (0x0450, BeehiveCommand.RoomJoinNotification),
        (0x0451, BeehiveCommand.RoomQuitNotification),
        (0x0452, BeehiveCommand.RoomKickNotification),
    ];

    private static readonly FrozenDictionary<uint, BeehiveCommand> HeadCommands =
        Enum.GetValues<BeehiveCommand>().Where(IsInHead).ToFrozenDictionary(command => (uint)command);

    private static readonly FrozenDictionary<uint, BeehiveCommand> SeedCommands = HeadCommands.Values
        .Where(IsSameInSeed)
        .Select(command => ((uint)command, command))
        .Concat(SeedDifferences)
        .ToFrozenDictionary(pair => pair.Item1, pair => pair.Item2);

    private static readonly FrozenDictionary<BeehiveCommand, uint> SeedNumbers =
        SeedCommands.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    /// <summary>The command that a number on the wire means; <see cref="BeehiveCommand.Unknown"/> for a number that is none.</summary>
    public static BeehiveCommand FromNumber(uint number, BeehiveGeneration generation) =>
        (generation == BeehiveGeneration.Seed ? SeedCommands : HeadCommands).GetValueOrDefault(number);

    /// <summary>The number of a command on the wire. False when the generation does not have the command.</summary>
    public static bool TryGetNumber(BeehiveCommand command, BeehiveGeneration generation, out uint number)
    {
        if (generation == BeehiveGeneration.Seed)
            return SeedNumbers.TryGetValue(command, out number);
        number = (uint)command;
        return HeadCommands.ContainsKey(number);
    }

    /// <summary>
    /// Whether a packet of this command from a client is exempt from the rule of increasing sequences and does not advance the
    /// connection's counter (§10.2).
    /// </summary>
    public static bool IsExemptFromSequence(BeehiveCommand command) => command
        is BeehiveCommand.ChatAck or BeehiveCommand.GroupChatAck or BeehiveCommand.RoomChatAck or BeehiveCommand.RoomBroadcastAck
        or BeehiveCommand.KickAck or BeehiveCommand.BroadcastAck or BeehiveCommand.P2PAck || IsNotificationAck(command);

    private static bool IsNotificationAck(BeehiveCommand command) =>
        command is BeehiveCommand.OnlineNotificationAck or BeehiveCommand.OfflineNotificationAck ||
        (IsNotificationRange(command) && ((uint)command & 1) == 1);

    private static bool IsNotificationRange(BeehiveCommand command) => command
        is (>= BeehiveCommand.GroupJoinNotification and <= BeehiveCommand.GroupManagerDelNotificationAck)
        or (>= BeehiveCommand.RoomJoinNotification and <= BeehiveCommand.RoomKickNotificationAck);

    private static bool IsInHead(BeehiveCommand command) =>
        command is not (BeehiveCommand.Unknown or BeehiveCommand.AllocSequence or BeehiveCommand.AllocSequenceAck);

    private static bool IsSameInSeed(BeehiveCommand command) =>
        command is not (BeehiveCommand.Kick or BeehiveCommand.KickAck)
        && command is not (BeehiveCommand.RoomListendStatus or BeehiveCommand.RoomListendStatusAck)
        && (uint)command is not (>= 0x0151 and <= 0x0154) && !IsNotificationRange(command);
}
