using Parley.Conformance.Tests.Support;
using Parley.Rtm.Transport;

namespace Parley.Rtm.Sdk.Tests.Transport;

/// <summary>Whatever a server sends, callers get exceptions of the transport and nothing else happens.</summary>
public sealed class GarbageTests
{
    [Theory]
    [InlineData("00000000000000000000000000000000")]
    [InlineData("485454502F312E3120343030204261640D0A0D0A")]
    [InlineData("46504E4E0180030001000000" + "0100000080")]
    [InlineData("46504E4E01C0020001000000" + "0100000080")]
    [InlineData("46504E4E0180020000000000" + "01000000")]
    [InlineData("46504E4E01800200FFFFFFFF" + "01000000")]
    [InlineData("46504E4E0180010001000000" + "0100000080")]
    [InlineData("46504E4E0140010101000000" + "01000000" + "61" + "7B")]
    public async Task A_broken_package_ends_the_connection_with_its_reason(string hex)
    {
        await using var gate = new FakeGate();
        await using var connection = await FpnnConnectionTests.ConnectAsync(gate);
        using var peer = await gate.AcceptAsync();
        var asked = connection.AskAsync("x");
        await peer.ReadAsync();
        await peer.SendAsync(Convert.FromHexString(hex));
        Assert.Equal(FpnnCloseReason.Protocol, (await Assert.ThrowsAsync<FpnnConnectionClosedException>(() => Wait.For(asked, "the end"))).Reason);
    }

    [Theory]
    [InlineData("C1")]
    [InlineData("01")]
    [InlineData("81A161")]
    [InlineData("DFFFFFFFFF")]
    public async Task An_answer_that_is_no_map_fails_its_reader_alone(string payload)
    {
        await using var gate = new FakeGate();
        await using var connection = await FpnnConnectionTests.ConnectAsync(gate);
        using var peer = await gate.AcceptAsync();
        var asked = connection.AskAsync("x");
        await peer.SendAsync(Frame.Answer((await peer.ReadAsync()).Sequence, Convert.FromHexString(payload)));
        var answer = await asked;
        Assert.Equal(10003, Assert.Throws<FpnnException>(() => { answer.Read(); }).Code);
        Assert.True(connection.IsOpen);
    }

    [Fact]
    public async Task An_empty_array_as_root_is_an_empty_map()
    {
        await using var gate = new FakeGate();
        await using var connection = await FpnnConnectionTests.ConnectAsync(gate);
        using var peer = await gate.AcceptAsync();
        var asked = connection.AskAsync("x");
        await peer.SendAsync(Frame.Answer((await peer.ReadAsync()).Sequence, [0x90]));
        Assert.Equal(0, (await asked).Read().Count);
    }

    [Fact]
    public async Task Random_bytes_never_do_more_than_end_the_connection()
    {
        var random = new Random(20261121);
        for (var round = 0; round < 100; round++)
        {
            await using var gate = new FakeGate();
            await using var connection = await FpnnConnectionTests.ConnectAsync(
                gate, options => options.OnQuest = (quest, token) => quest.AnswerAsync(null, token));
            using var peer = await gate.AcceptAsync();
            var asked = connection.AskAsync("x");
            var quest = await peer.ReadAsync();
            var payload = new byte[random.Next(1, 60)];
            random.NextBytes(payload);
            var bytes = round % 2 == 0 ? Frame.Answer(quest.Sequence, payload) : Frame.Quest(5, "pushmsg", payload);
            bytes[random.Next(bytes.Length)] ^= (byte)random.Next(256);
            await peer.SendAsync(bytes);
            peer.Close();
            try
            {
                (await Wait.For(asked, "an end")).Read();
            }
            catch (FpnnException)
            {
                // As promised.
            }
        }
    }

    [Fact]
    public async Task Packages_may_come_in_any_pieces()
    {
        await using var gate = new FakeGate();
        await using var connection = await FpnnConnectionTests.ConnectAsync(gate);
        using var peer = await gate.AcceptAsync();
        var asked = new[] { connection.AskAsync("a"), connection.AskAsync("b") };
        var quests = new[] { await peer.ReadAsync(), await peer.ReadAsync() };
        byte[] both = [.. Frame.Answer(quests[0].Sequence, Pack.Map(("n", 0))), .. Frame.Answer(quests[1].Sequence, Pack.Map(("n", 1)))];
        foreach (var one in both)
            await peer.SendAsync([one]);
        for (var i = 0; i < 2; i++)
            Assert.Equal(i, (await Wait.For(asked[i], "an answer")).Read().Int64("n"u8));
    }
}
