/* The wall: a red warning takes the screen for ten seconds, with sound. Browsers give sound only after a click, so the
   wall is mute until somebody switches it on; it tests its sound each hour, and says so where it has none. */
(function () {
  "use strict";
  var TAKES_MS = 10000;
  var TEST_EVERY_MS = 3600000;
  var LOST_AFTER_MS = 8000;
  var doc = document;
  var wall = doc.querySelector(".wall");
  var alarm = doc.getElementById("alarm");
  var state = doc.getElementById("sound");
  var button = doc.getElementById("sound-on");
  var lost = doc.getElementById("lost");
  var words = state.dataset;
  var audio = null;
  var meter = null;
  var tested = 0;

  function clock(moment) { return new Date(moment).toTimeString().slice(0, 5); }

  function say(sounds) {
    state.classList.toggle("wall-mute", !sounds);
    state.querySelector("span").textContent = sounds ? words.on.replace("%s", clock(tested)) : words.mute;
    button.hidden = sounds;
    wall.dataset.sound = sounds ? "on" : "mute";
  }

  /* Each tone is [start in s, length in s, Hz]. */
  function play(tones, loudness) {
    var now = audio.currentTime + 0.02;
    tones.forEach(function (tone) {
      var voice = audio.createOscillator();
      var gain = audio.createGain();
      voice.type = "triangle";
      voice.frequency.value = tone[2];
      gain.gain.setValueAtTime(0, now + tone[0]);
      gain.gain.linearRampToValueAtTime(loudness, now + tone[0] + 0.02);
      gain.gain.setValueAtTime(loudness, now + tone[0] + tone[1] - 0.05);
      gain.gain.linearRampToValueAtTime(0, now + tone[0] + tone[1]);
      voice.connect(gain).connect(meter);
      voice.start(now + tone[0]);
      voice.stop(now + tone[0] + tone[1]);
    });
  }

  function flows() {
    var samples = new Uint8Array(meter.fftSize);
    meter.getByteTimeDomainData(samples);
    return audio.state === "running" && samples.some(function (sample) { return sample !== 128; });
  }

  /* A short soft tone; whether it truly flowed through is measured while it sounds. */
  function test() {
    if (audio.state !== "running") { say(false); return; }
    play([[0, 0.6, 660]], 0.15);
    window.setTimeout(function () {
      var sounds = flows();
      if (sounds) { tested = Date.now(); }
      say(sounds);
    }, 300);
  }

  function arm() {
    var Context = window.AudioContext || window.webkitAudioContext;
    if (!Context) { say(false); return; }
    if (!audio) {
      audio = new Context();
      meter = audio.createAnalyser();
      meter.connect(audio.destination);
    }
    audio.resume().then(test, function () { say(false); });
  }

  function ring() {
    if (!audio || audio.state !== "running") { say(false); return; }
    var tones = [];
    for (var second = 0; second < TAKES_MS / 1000; second += 1) {
      tones.push([second, 0.4, 880], [second + 0.45, 0.4, 660]);
    }
    play(tones, 0.6);
  }

  /* What was raised before the page was opened has been seen. */
  var seen = new Date(Date.parse(doc.body.dataset.time) - TAKES_MS).toISOString();
  var ends = 0;
  function look() {
    var found = wall.querySelector("template[data-raised]");
    var raised = found ? new Date(found.dataset.raised).toISOString() : "";
    if (!found || raised <= seen) { return; }
    seen = raised;
    alarm.textContent = "";
    alarm.appendChild(found.content.cloneNode(true));
    alarm.hidden = false;
    window.clearTimeout(ends);
    ends = window.setTimeout(function () { alarm.hidden = true; }, TAKES_MS);
    ring();
  }

  var heard = Date.now();
  doc.addEventListener("htmx:afterSwap", function () { heard = Date.now(); look(); });
  window.setInterval(function () {
    var silent = Date.now() - heard > LOST_AFTER_MS;
    wall.classList.toggle("lost", silent);
    if (silent && lost.hidden) { lost.querySelector("time").textContent = new Date(heard).toTimeString().slice(0, 8); }
    lost.hidden = !silent;
    if (audio && audio.state !== "running") { say(false); }
    if (audio && tested && Date.now() - tested >= TEST_EVERY_MS) { test(); }
  }, 1000);
  button.addEventListener("click", arm);
  button.hidden = false;
  say(false);
  look();
}());
