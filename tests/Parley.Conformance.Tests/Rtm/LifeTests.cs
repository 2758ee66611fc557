using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Rtm;

/// <summary>Pings of both sides keep a connection (rtm-client.md §2.2), on a server with short times.</summary>
public sealed class LifeTests(ImpatientServer server)
{
    [Fact]
    [Covers("ping")]
    public async Task The_gate_pings_and_any_answer_even_an_error_keeps_the_connection()
    {
        await using var raw = await server.LoginRawAsync();
        for (var i = 0; i < ImpatientServer.IdleSeconds + 3; i++)
        {
            var ping = await raw.ReadPackageAsync();
            Assert.Equal(("ping", Frame.TwoWay, "80"), (ping.Method, ping.Type, Hex.Text(ping.Payload)));
            await raw.SendAsync(Frame.Answer(ping.Sequence, i % 2 == 0 ? [0x80] : Pack.Map(("code", 20004), ("ex", "")), (byte)(i % 2)));
        }
        await raw.SendAsync(Frame.Quest(50, "ping", [0x80]));
        Assert.Equal(50u, (await ImpatientServer.NextAnswerAsync(raw)).Sequence);
    }

    [Fact]
    [Covers("ping")]
    public async Task A_client_that_only_sends_pings_of_its_own_lives()
    {
        await using var raw = await server.LoginRawAsync();
        for (var i = 0u; i < ImpatientServer.IdleSeconds + 3; i++)
        {
            Assert.Equal("ping", (await raw.ReadPackageAsync()).Method);
            await raw.SendAsync(Frame.Quest(100 + i, "ping", [0x80]));
            Assert.Equal(100 + i, (await ImpatientServer.NextAnswerAsync(raw)).Sequence);
        }
    }

    [Fact]
    [Covers("ping")]
    public async Task Bytes_of_an_incomplete_package_are_life_too()
    {
        await using var raw = await server.LoginRawAsync();
        var quest = Frame.Quest(50, "ping", [0x80]);
        for (var i = 0; i < quest.Length; i++)
        {
            if (i < ImpatientServer.IdleSeconds + 3)
                Assert.Equal("ping", (await raw.ReadPackageAsync()).Method);
            await raw.SendAsync(quest.AsMemory(i, 1));
        }
        Assert.Equal(50u, (await ImpatientServer.NextAnswerAsync(raw)).Sequence);
    }
}
