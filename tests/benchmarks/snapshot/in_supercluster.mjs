// Builds supercluster's index anew for each filter, as a map in the browser must: node in_supercluster.mjs FOLDER
// FOLDER has rows.bin, columns one after the other (x, y: uint32; status, category, region, received: uint16),
// and asked.json; the answer is written to stdout.
import {createRequire} from 'node:module';
import {readFileSync} from 'node:fs';
import {pathToFileURL} from 'node:url';

const folder = process.argv[2];
const asked = JSON.parse(readFileSync(`${folder}/asked.json`));
const require = createRequire(`${asked.modules}/package.json`);
const Supercluster = (await import(pathToFileURL(require.resolve('supercluster')).href)).default;

const {rows, bits} = asked;
const file = readFileSync(`${folder}/rows.bin`);
const buffer = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength);
const x = new Uint32Array(buffer, 0, rows);
const y = new Uint32Array(buffer, 4 * rows, rows);
const names = ['status', 'category', 'region', 'received'];
const columns = Object.fromEntries(names.map((name, n) => [name, new Uint16Array(buffer, 8 * rows + 2 * n * rows, rows)]));

const world = 2 ** bits;
const points = new Array(rows);
for (let n = 0; n < rows; n++) {
    const lon = (x[n] + 0.5) / world * 360 - 180;
    const lat = Math.atan(Math.sinh(Math.PI * (1 - 2 * (y[n] + 0.5) / world))) * 180 / Math.PI;
    points[n] = {
        type: 'Feature',
        properties: {
            status: columns.status[n], category: columns.category[n],
            region: columns.region[n], received: columns.received[n]
        },
        geometry: {type: 'Point', coordinates: [lon, lat]}
    };
}

const answers = [];
for (const {tables, tile} of asked.changes) {
    const wanted = Object.entries(tables);
    const begun = performance.now();
    const chosen = wanted.length === 0 ? points :
        points.filter(({properties}) => wanted.every(([name, yes]) => yes[properties[name]]));
    const index = new Supercluster({maxZoom: 16}).load(chosen);
    const found = index.getTile(...tile);
    const took = performance.now() - begun;
    answers.push({ms: took, chosen: chosen.length, features: found ? found.features.length : 0});
}
process.stdout.write(JSON.stringify({answers, memory: process.memoryUsage().rss}));
