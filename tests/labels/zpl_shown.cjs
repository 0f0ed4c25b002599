// Renders ZPL from the standard input: width and height in mm and dots a mm in argv.
const { ready } = require(process.argv[2]);
(async () => {
  const { api } = await ready;
  const zpl = require("fs").readFileSync(0, "utf8");
  const [width, height, dots] = process.argv.slice(3).map(Number);
  process.stdout.write(await api.zplToBase64Async(zpl, width, height, dots));
  process.exit(0);
})();
