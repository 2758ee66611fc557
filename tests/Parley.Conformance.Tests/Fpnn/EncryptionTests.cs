using System.Buffers.Binary;
using Parley.Conformance.Tests.Support;
using Parley.Testing;

namespace Parley.Conformance.Tests.Fpnn;

/// <summary>Encryption (fpnn.md §5): one server for each curve, with the private key of the vectors.</summary>
public sealed class EncryptionTests : IClassFixture<EncryptionTests.Servers>
{
    private readonly Servers _servers;

    public EncryptionTests(Servers servers) => _servers = servers;

    public static TheoryData<string, int, bool> AllCombinations =>
        new(from curve in Vectors.Curves.Keys from bits in new[] { 128, 256 } from stream in new[] { true, false } select (curve, bits, stream));

    [Theory]
    [MemberData(nameof(AllCombinations))]
    public async Task Quests_encrypted_right_behind_the_key_quest_are_all_answered(string curve, int bits, bool stream)
    {
        await using var session = await Session.OpenAsync(await _servers.GateAsync(curve), curve, bits, stream);
        var uid = RtmWorld.FirstUser + (bits == 128 ? 1 : 2) + (stream ? 10 : 20);
        var sent = new List<byte>(session.KeyQuest());
        for (var i = 2u; i <= 11; i++)
            sent.AddRange(session.Seal(Frame.Quest(i, "ping", [0x80])));
        sent.AddRange(session.Seal(Frame.Quest(12, "auth", Pack.Map(RtmServer.AuthOf(Profile.G1, uid)))));
        await session.Raw.SendAsync(sent.ToArray());
        var key = await session.ReadAsync();
        Assert.Equal("46504e4e0180020001000000 01000000 80".Replace(" ", ""), Hex.Text(key.Bytes)); // the first thing encrypted
        var answers = new List<Package>();
        for (var i = 0; i < 11; i++)
            answers.Add(await session.ReadAsync());
        Assert.Equal(Enumerable.Range(2, 11).Select(i => (uint)i), answers.Select(answer => answer.Sequence).Order());
        Assert.True(answers.Single(answer => answer.Sequence == 12).Body.Bool("ok"));
        // and it goes on, byte by byte
        foreach (var one in session.Seal(Frame.Quest(13, "getfriends", [0x80])))
            await session.Raw.SendAsync(new[] { one });
        Assert.Equal(13u, (await session.ReadAsync()).Sequence);
        // a large package both ways
        var text = new string('x', 20_000);
        await session.Raw.SendAsync(session.Seal(Frame.Quest(14, "setuserinfo", Pack.Map(("oinfo", text)))));
        Assert.False((await session.ReadAsync()).IsError);
        await session.Raw.SendAsync(session.Seal(Frame.Quest(15, "getuserinfo", [0x80])));
        Assert.Equal(text, (await session.ReadAsync()).Body.Text("oinfo"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task The_recorded_sessions_are_replayed(int index)
    {
        var recorded = Vectors.Sessions[index];
        await using var session = await Session.OpenAsync(await _servers.GateAsync("secp256k1"), "secp256k1", recorded.Bits, recorded.Stream);
        await session.Raw.SendAsync(Vectors.KeyQuest(recorded.Stream, recorded.Bits) + recorded.Q2);
        await session.Raw.ExpectAsync(recorded.KeyAnswer);
        session.SkipServer(17);
        // nobody adds here: the quest is understood and refused
        var answer = await session.ReadAsync();
        Assert.Equal((2u, 20004), (answer.Sequence, (int)answer.Body.Int("code")));
        await session.Raw.SendAsync(recorded.O + recorded.Q3);
        answer = await session.ReadAsync();
        Assert.Equal((3u, 20004), (answer.Sequence, (int)answer.Body.Int("code")));
    }

    [Theory]
    [InlineData("secp256k1", "29df9fbd8d9e46509275f4b125d6d45d7fbe9a3b878a7af872a2800661ac5f51 0b4c4fe99c775a606e2d8862179139ffda61dc861c019e55cd2876eb2a27d84b",
        "00fbccd2a8f6d21f9ef0719036280617", "afd832b51d02a8c9c6661ab145892e87")]
    [InlineData("secp224r1", "c9bdd86f5fb7fe1e54c6ff9026f20add6c1984f1ef22b80a887af62c 113a6f21e90e9742172c8a1a233ddbfc24f6e69a3f5a40806a30770c",
        "00d4b5c8d6a447ac1bbc95c998cd074d", "c9f012acad866a9d91a57e1190ab2ed9")]
    public async Task A_secret_that_begins_with_a_zero_keeps_it(string curve, string client, string key, string iv)
    {
        await using var session = await Session.OpenAsync(await _servers.GateAsync(curve), client, Hex.Bytes(key), Hex.Bytes(iv), 128, stream: true);
        await session.Raw.SendAsync((byte[])[.. session.KeyQuest(), .. session.Seal(Frame.Quest(2, "ping", [0x80]))]);
        Assert.Equal(1u, (await session.ReadAsync()).Sequence);
        Assert.Equal(2u, (await session.ReadAsync()).Sequence);
    }

    [Fact]
    public async Task Parameters_of_the_key_quest_have_defaults_and_a_non_bool_mode_counts_as_false()
    {
        foreach (var more in new (string, object?)[][] { [], [("streamMode", 1), ("bits", null)] })
        {
            await using var session = await Session.OpenAsync(await _servers.GateAsync("secp256k1"), "secp256k1", 128, stream: false);
            await session.Raw.SendAsync(Frame.Quest(1, "*key", Pack.Map([("publicKey", Hex.Bytes(Vectors.ClientK1)), .. more])));
            Assert.Equal(1u, (await session.ReadAsync()).Sequence);
        }
    }

    [Fact]
    public async Task Every_failure_of_the_key_quest_ends_the_connection_without_an_answer()
    {
        var good = Hex.Bytes(Vectors.ClientK1);
        byte[] off = [.. good];
        off[40] ^= 1;
        byte[][] payloads =
        [
            Pack.Map(("streamMode", true)),
            Pack.Map(("publicKey", good[..63])),
            Pack.Map(("publicKey", (byte[])[4, .. good])),
            Pack.Map(("publicKey", off)),
            Pack.Map(("publicKey", new byte[64])),
            Pack.Map(("publicKey", Enumerable.Repeat((byte)1, 64).ToArray())),
            Pack.Map(("publicKey", good), ("bits", 192)),
            Pack.Map(("publicKey", good), ("bits", 0)),
            Pack.Map(("publicKey", 5)),
            [0x80],
            [0xc1],
        ];
        var gate = await _servers.GateAsync("secp256k1");
        foreach (var payload in payloads)
        {
            await using var peer = await RawPeer.ConnectAsync(gate);
            await peer.TrySendAsync(Frame.Quest(1, "*key", payload));
            await peer.ExpectClosedAsync();
        }
        await using var oneWay = await RawPeer.ConnectAsync(gate);
        await oneWay.TrySendAsync(Frame.Quest(1, "*key", Pack.Map(("publicKey", good)), Frame.OneWay));
        await oneWay.ExpectClosedAsync();
        await using var late = await RawPeer.ConnectAsync(gate);
        await late.TrySendAsync((byte[])
        [
            .. Frame.Quest(0, "push", [0x80], Frame.OneWay), .. Frame.Quest(1, "*key", Pack.Map(("publicKey", good))),
        ]);
        await late.ExpectClosedAsync();
        await using var twice = await Session.OpenAsync(gate, "secp256k1", 128, stream: true);
        await twice.Raw.SendAsync(twice.KeyQuest());
        await twice.ReadAsync();
        await twice.Raw.TrySendAsync(twice.Seal(Frame.Quest(2, "*key", Pack.Map(("publicKey", good)))));
        await twice.Raw.ExpectClosedAsync();
    }

    [Fact]
    public async Task Records_of_package_mode_that_lie_about_their_length_end_the_connection()
    {
        var gate = await _servers.GateAsync("secp256k1");
        foreach (var length in new[] { 0u, 12u, 8u * 1024 * 1024 + 1, 0xffffffff, 27u })
        {
            await using var session = await Session.OpenAsync(gate, "secp256k1", 128, stream: false);
            var record = session.Seal(Frame.Quest(2, "pingpingpi", [0x80])); // 27 bytes of package
            BinaryPrimitives.WriteUInt32LittleEndian(record, length);
            await session.Raw.SendAsync(session.KeyQuest());
            await session.ReadAsync();
            await session.Raw.TrySendAsync(length == 27 ? record : record.AsMemory(0, 4));
            if (length == 27)
                Assert.Equal(2u, (await session.ReadAsync()).Sequence);
            else
                await session.Raw.ExpectClosedAsync();
        }
        // two packages in one record
        await using var two = await Session.OpenAsync(gate, "secp256k1", 128, stream: false);
        await two.Raw.SendAsync(two.KeyQuest());
        await two.ReadAsync();
        await two.Raw.TrySendAsync(two.Seal([.. Frame.Quest(2, "ping", [0x80]), .. Frame.Quest(3, "ping", [0x80])]));
        await two.Raw.ExpectClosedAsync();
    }

    [Fact]
    public async Task Plain_connections_stay_possible_but_tune_needs_an_encrypted_one()
    {
        var gate = await _servers.GateAsync("secp256k1");
        await using var plain = await RtmPeer.ConnectAsync(gate);
        await plain.DoneAsync("ping");
        await plain.FailAsync(20013, "*tune", ("key", "x"), ("value", "y"));
        await using var session = await Session.OpenAsync(gate, "secp256k1", 128, stream: true);
        await session.Raw.SendAsync((byte[])[.. session.KeyQuest(), .. session.Seal(Frame.Quest(2, "*tune", Pack.Map(("key", "x"), ("value", "y"))))]);
        await session.ReadAsync();
        Assert.True((await session.ReadAsync()).Body.Bool("return"));
    }

    [Fact]
    public async Task Where_encryption_is_required_only_built_in_methods_are_plain()
    {
        var gate = await _servers.GateAsync("required");
        await using (var plain = await RtmPeer.ConnectAsync(gate))
        {
            await plain.OkAsync("*ping");
            await plain.OkAsync("*status");
            await plain.SendAsync(Frame.Quest(50, "ping", [0x80]));
            await plain.ExpectClosedAsync();
        }
        await using (var unknown = await RawPeer.ConnectAsync(gate))
        {
            await unknown.SendAsync(Frame.Quest(50, "nosuch", [0x80]));
            await unknown.ExpectClosedAsync();
        }
        await using var session = await Session.OpenAsync(gate, "secp256k1", 256, stream: false);
        await session.Raw.SendAsync((byte[])[.. session.KeyQuest(), .. session.Seal(Frame.Quest(2, "ping", [0x80]))]);
        await session.ReadAsync();
        Assert.Equal("80", Hex.Text((await session.ReadAsync()).Payload));
    }

    /// <summary>One server for each curve, started when first asked for, and one that requires encryption.</summary>
    public sealed class Servers : IAsyncLifetime
    {
        private readonly SemaphoreSlim _starting = new(1);
        private readonly Dictionary<string, ParleyServerProcess> _running = [];

        public ValueTask InitializeAsync() => ValueTask.CompletedTask;

        public async Task<System.Net.IPEndPoint> GateAsync(string name)
        {
            await _starting.WaitAsync();
            try
            {
                if (!_running.TryGetValue(name, out var server))
                    _running[name] = server = await StartAsync(name);
                return server.Endpoints["RtmClient"];
            }
            finally
            {
                _starting.Release();
            }
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var (_, server) in _running)
                await RtmServer.EndAsync(server);
            _starting.Dispose();
        }

        private static async Task<ParleyServerProcess> StartAsync(string name)
        {
            var curve = name == "required" ? "secp256k1" : name;
            var directory = Directory.CreateTempSubdirectory("parley-conf-").FullName;
            var file = Path.Combine(directory, "fpnn.key");
            await File.WriteAllBytesAsync(file, Hex.Bytes(Vectors.ServerPrivate)[..Vectors.Curves[curve].Length]);
            return await RtmServer.StartAsync(
                async seed =>
                {
                    await seed.ProjectAsync(RtmWorld.Pid, new());
                    await seed.TokensAsync(RtmWorld.Pid, RtmWorld.FirstUser, 30);
                },
                new Dictionary<string, string>
                {
                    ["Rtm:KeyFile"] = file,
                    ["Rtm:Curve"] = curve,
                    ["Rtm:RequireEncryption"] = name == "required" ? "true" : "false",
                },
                directory);
        }
    }

    /// <summary>The client's side of an encrypted connection.</summary>
    internal sealed class Session : IAsyncDisposable
    {
        private readonly string _client;
        private readonly byte[] _key;
        private readonly byte[] _iv;
        private readonly int _bits;
        private readonly bool _stream;
        private readonly Cfb _out;
        private readonly Cfb _in;

        private Session(RawPeer raw, string client, byte[] key, byte[] iv, int bits, bool stream)
        {
            (Raw, _client, _key, _iv, _bits, _stream) = (raw, client, key, iv, bits, stream);
            _out = new Cfb(key, iv, encrypts: true);
            _in = new Cfb(key, iv, encrypts: false);
        }

        public RawPeer Raw { get; }

        public static async Task<Session> OpenAsync(System.Net.IPEndPoint gate, string client, byte[] key, byte[] iv, int bits, bool stream) =>
            new(await RawPeer.ConnectAsync(gate), client, key, iv, bits, stream);

        public static Task<Session> OpenAsync(System.Net.IPEndPoint gate, string curve, int bits, bool stream)
        {
            var vector = Vectors.Curves[curve];
            return OpenAsync(gate, vector.Client, Hex.Bytes(bits == 128 ? vector.Key128 : vector.Key256), Hex.Bytes(vector.Iv), bits, stream);
        }

        public byte[] KeyQuest() =>
            Frame.Quest(1, "*key", Pack.Map(("publicKey", Hex.Bytes(_client)), ("streamMode", _stream), ("bits", _bits)));

        public byte[] Seal(byte[] plain)
        {
            if (_stream)
                return _out.Transform(plain);
            using var cipher = new Cfb(_key, _iv, encrypts: true);
            var record = new byte[4 + plain.Length];
            BinaryPrimitives.WriteInt32LittleEndian(record, plain.Length);
            cipher.Transform(plain).CopyTo(record, 4);
            return record;
        }

        public async Task<Package> ReadAsync()
        {
            if (_stream)
            {
                var header = _in.Transform(await Raw.ReadAsync(12));
                return new([.. header, .. _in.Transform(await Raw.ReadAsync(Package.LengthOf(header) - 12))]);
            }
            var length = BinaryPrimitives.ReadInt32LittleEndian(await Raw.ReadAsync(4));
            using var cipher = new Cfb(_key, _iv, encrypts: false);
            var plain = cipher.Transform(await Raw.ReadAsync(length));
            Assert.Equal(length, Package.LengthOf(plain));
            return new(plain);
        }

        /// <summary>Bytes of the stream that were compared without decrypting are gone through with.</summary>
        public void SkipServer(int count)
        {
            if (!_stream)
                return;
            var vector = Vectors.Sessions.Single(session => session.Stream && session.Bits == _bits);
            _in.Transform(Hex.Bytes(vector.KeyAnswer)[..count]);
        }

        public async ValueTask DisposeAsync()
        {
            _out.Dispose();
            _in.Dispose();
            await Raw.DisposeAsync();
        }
    }
}
