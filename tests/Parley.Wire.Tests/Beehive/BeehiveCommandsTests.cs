using Parley.Wire.Beehive;

namespace Parley.Wire.Tests.Beehive;

/// <summary>beehive §9.7, §10.2 and §12.2: numbers and kinds of commands.</summary>
public sealed class BeehiveCommandsTests
{
    public static TheoryData<uint, BeehiveCommand> SeedDifferences => new()
    {
        { 0x0110, BeehiveCommand.AllocSequence },
        { 0x0111, BeehiveCommand.AllocSequenceAck },
        { 0x0112, BeehiveCommand.Kick },
        { 0x0113, BeehiveCommand.KickAck },
        { 0x0151, BeehiveCommand.OnlineNotification },
        { 0x0152, BeehiveCommand.OfflineNotification },
        { 0x0350, BeehiveCommand.GroupJoinNotification },
        { 0x0351, BeehiveCommand.GroupQuitNotification },
        { 0x0352, BeehiveCommand.GroupKickNotification },
        { 0x0353, BeehiveCommand.GroupGagAddNotification },
        { 0x0354, BeehiveCommand.GroupGagDelNotification },
        { 0x0355, BeehiveCommand.GroupBlacklistAddNotification },
        { 0x0356, BeehiveCommand.GroupBlacklistDelNotification },
        { 0x0357, BeehiveCommand.GroupManagerAddNotification },
        { 0x0358, BeehiveCommand.GroupManagerDelNotification },
        { 0x0450, BeehiveCommand.RoomJoinNotification },
        { 0x0451, BeehiveCommand.RoomQuitNotification },
        { 0x0452, BeehiveCommand.RoomKickNotification },
    };

    [Theory]
    [MemberData(nameof(SeedDifferences))]
    public void The_seed_generation_has_numbers_of_its_own(uint number, BeehiveCommand command)
    {
        Assert.Equal(command, BeehiveCommands.FromNumber(number, BeehiveGeneration.Seed));
        Assert.True(BeehiveCommands.TryGetNumber(command, BeehiveGeneration.Seed, out var written));
        Assert.Equal(number, written);
    }

    [Theory]
    [InlineData(0x0359u)]
    [InlineData(0x0360u)]
    [InlineData(0x0367u)]
    [InlineData(0x0453u)]
    [InlineData(0x0454u)]
    [InlineData(0x0153u)]
    [InlineData(0x0412u)]
    [InlineData(0x0413u)]
    [InlineData(0x10110u)]
    public void Numbers_of_the_head_generation_alone_are_unknown_in_the_seed_generation(uint number) =>
        Assert.Equal(BeehiveCommand.Unknown, BeehiveCommands.FromNumber(number, BeehiveGeneration.Seed));

    [Theory]
    [InlineData(BeehiveGeneration.Head)]
    [InlineData(BeehiveGeneration.Seed)]
    public void Numbers_and_commands_of_a_generation_belong_together(BeehiveGeneration generation)
    {
        var found = 0;
        for (uint number = 0; number <= 0x20000; number++)
        {
            var command = BeehiveCommands.FromNumber(number, generation);
            if (command == BeehiveCommand.Unknown)
                continue;
            found++;
            Assert.True(BeehiveCommands.TryGetNumber(command, generation, out var back));
            Assert.Equal(number, back);
            if (generation == BeehiveGeneration.Head)
                Assert.Equal(number, (uint)command);
        }
        // The head generation: all of §9.7. The seed generation: without 17 acknowledgements and 0412/0413, with ALLOC-SEQ and its ack.
        var all = Enum.GetValues<BeehiveCommand>().Length;
        Assert.Equal(generation == BeehiveGeneration.Head ? all - 3 : all - 1 - 2 - 2 - 9 - 3, found);
    }

    [Theory]
    [InlineData(0x0101u, BeehiveCommand.Online)]
    [InlineData(0x010Eu, BeehiveCommand.SyncAck)]
    [InlineData(0x0110u, BeehiveCommand.Kick)]
    [InlineData(0x0153u, BeehiveCommand.OfflineNotification)]
    [InlineData(0x020Eu, BeehiveCommand.GagDelAck)]
    [InlineData(0x0213u, BeehiveCommand.MarkDelAck)]
    [InlineData(0x030Cu, BeehiveCommand.GroupChatAck)]
    [InlineData(0x031Du, BeehiveCommand.GroupUserListAck)]
    [InlineData(0x0360u, BeehiveCommand.GroupBlacklistAddNotification)]
    [InlineData(0x0366u, BeehiveCommand.GroupManagerDelNotification)]
    [InlineData(0x040Du, BeehiveCommand.RoomBroadcast)]
    [InlineData(0x0410u, BeehiveCommand.RoomUserNumber)]
    [InlineData(0x0454u, BeehiveCommand.RoomKickNotification)]
    [InlineData(0x0503u, BeehiveCommand.P2P)]
    public void The_head_generation_has_the_numbers_of_the_tables(uint number, BeehiveCommand command) =>
        Assert.Equal(command, BeehiveCommands.FromNumber(number, BeehiveGeneration.Head));

    [Theory]
    [InlineData(0x0000u)]
    [InlineData(0x010Fu)]
    [InlineData(0x0112u)]
    [InlineData(0x020Fu)]
    [InlineData(0x030Fu)]
    [InlineData(0x035Au)]
    [InlineData(0x040Fu)]
    [InlineData(0x0605u)]
    [InlineData(0x10111u)]
    public void Unused_numbers_are_unknown(uint number) =>
        Assert.Equal(BeehiveCommand.Unknown, BeehiveCommands.FromNumber(number, BeehiveGeneration.Head));

    [Fact]
    public void Exempt_from_the_sequence_rule_are_the_acks_of_the_list_alone()
    {
        var expected = new uint[]
        {
            0x0111, 0x0152, 0x0154, 0x0202, 0x030C, 0x0351, 0x0353, 0x0355, 0x0357, 0x0359, 0x0361, 0x0363, 0x0365, 0x0367,
            0x040C, 0x040E, 0x0451, 0x0453, 0x0455, 0x0502, 0x0504,
        };
        Assert.Equal(expected, Enum.GetValues<BeehiveCommand>().Where(BeehiveCommands.IsExemptFromSequence).Select(command => (uint)command).Order());
    }
}
